-- title = "What was said of milestones"
-- question = "Which milestones were called done or not done, and when?"
-- ---
-- One row is one check-in on a milestone up to a day, oldest first.

select milestone, day, is_done
from okr.checkins
where kr_id = $kr_id and milestone is not null and is_done is not null and day <= $last_day
order by day, source, author nulls first
