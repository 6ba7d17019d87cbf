-- title = "Statuses of parts"
-- question = "In which status is each part of an all_of on a day?"
-- ---
-- One row is one part; its id begins with that of its key result.

select kr_id, status
from okr.latest
where as_of_date = $day and starts_with(kr_id, $prefix)
