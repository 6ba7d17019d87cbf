-- title = "Answer about a key result"
-- question = "What is said of this key result on a day, and what follows from it?"
-- ---
-- One row.

select *
from okr.pace
where kr_id = $kr_id and as_of_date = $day
