-- title = "Days of key results"
-- question = "How did each key result develop?"
-- ---
-- One row is one day of one key result, as it is known now.

select kr_id, as_of_date, value, baseline, target, attainment, expected, status
from okr.latest
where as_of_date <= $as_of
order by kr_id, as_of_date
