-- title = "Checks that only warn, and failed"
-- question = "What is unusual about what was published?"
-- ---
-- One row is one check that failed without stopping the run.

select table_name, check_name, found
from ops.checks
where not is_passed
order by table_name, check_name
