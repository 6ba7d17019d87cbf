-- title = "Achievements of key results"
-- question = "What did each key result reach, and when?"
-- ---
-- One row is one achievement up to a day, on the first day on which it was reached.

select kr_id, as_of_date, achieved
from okr.achievements
where as_of_date <= $as_of
order by kr_id, as_of_date
