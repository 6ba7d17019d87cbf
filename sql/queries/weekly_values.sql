-- title = "KPI values by week"
-- question = "How did these KPIs develop from week to week?"
-- ---
-- One row is one week of one of the KPIs, of the whole desk.

select kpi_id, period_start, value, n, is_complete
from kpi.results
where grain = 'week'
    and dimension = 'all'
    and period_start between $first_day and $last_day
    and kpi_id in (select unnest($kpi_ids))
order by kpi_id, period_start
