-- title = "Parts of a key result"
-- question = "How far is each part of an all_of on a day?"
-- ---
-- One row is one part.

select pace.kr_id as id, key_results.title, pace.attainment, pace.expected, pace.status
from okr.pace as pace
join okr.key_results as key_results on pace.kr_id = key_results.kr_id
where key_results.known_to is null and key_results.part_of = $kr_id and pace.as_of_date = $day
order by pace.kr_id
