-- title = "Business days of a span"
-- question = "On which days of this span is the desk open?"
-- ---
-- One row is one such day that the warehouse's calendar has.

select day
from core.days
where is_business_day and day between $first_day and $last_day
order by day
