-- title = "Backlog at the close of a day"
-- question = "How large and how old is the backlog?"
-- ---
-- One row is one KPI of the backlog of the whole desk.

select kpi_id, value
from kpi.results
where grain = 'day'
    and dimension = 'all'
    and period_start = $as_of
    and starts_with(kpi_id, 'backlog_')
    and value is not null
order by kpi_id
