-- title = "What a day of work is called"
-- question = "Are volumes told by calendar day, since no hours are known?"
-- ---
-- One row.

select bool_or(unit like '% per calendar day') as is_any_day
from kpi.catalogue
