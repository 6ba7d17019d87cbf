-- title = "Check-ins on key results"
-- question = "What did people say of each key result?"
-- ---
-- One row is one check-in up to a day, newest first.

select kr_id, day, author, milestone, is_done, confidence, human_status, comment
from okr.checkins
where day <= $as_of
order by kr_id, day desc, known_from desc
