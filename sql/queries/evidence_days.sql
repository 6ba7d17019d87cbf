-- title = "Days with evidence"
-- question = "On which days did somebody check in?"
-- ---
-- One row is one check-in that does not say: not done.

select day
from okr.checkins
where kr_id = $kr_id and is_done is distinct from false
