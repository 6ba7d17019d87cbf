-- title = "Backlog by team at the close of a day"
-- question = "With whom are tickets waiting?"
-- ---
-- One row is one team that has a backlog, the largest first.

select member, value
from kpi.results
where grain = 'day' and dimension = 'team' and period_start = $as_of and kpi_id = 'backlog_closing' and value > 0
order by value desc, member
