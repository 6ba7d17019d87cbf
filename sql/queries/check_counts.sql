-- title = "Checks and how many passed"
-- question = "How many checks ran, and how many passed?"
-- ---
-- One row.

select count(*) as check_count, count(*) filter (where is_passed) as passed_count
from ops.checks
