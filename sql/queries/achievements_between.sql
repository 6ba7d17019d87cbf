-- title = "What was reached between two days"
-- question = "What was reached after one day and up to another?"
-- ---
-- One row is one achievement, newest first.

select achievements.kr_id, key_results.title, achievements.achieved, achievements.as_of_date
from okr.achievements as achievements
join okr.key_results as key_results on achievements.kr_id = key_results.kr_id and key_results.known_to is null
where achievements.as_of_date > $since and achievements.as_of_date <= $as_of
order by achievements.as_of_date desc, achievements.kr_id, achievements.achieved
