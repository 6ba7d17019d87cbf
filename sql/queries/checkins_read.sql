-- title = "Check-ins that were read"
-- question = "What do check-ins of the exports say?"
-- ---
-- One row is one check-in.

select kr_id, day, milestone, is_done, confidence, human_status, expires_on, comment, author
from core.checkins
order by kr_id, day, milestone nulls first, author nulls first, source
