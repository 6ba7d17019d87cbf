-- title = "Check-ins up to a day"
-- question = "What did people say about this key result?"
-- ---
-- One row is one check-in, newest first.

select day, author, milestone, is_done, confidence, human_status, expires_on, comment
from okr.checkins
where kr_id = $kr_id and day <= $day
order by day desc, author, milestone
