-- title = "KPI values by month and member"
-- question = "Who is how far from whom, month by month?"
-- ---
-- One row is one complete month of one of the KPIs, of one member of one of the dimensions.

select kpi_id, dimension, member, period_start, value, n
from kpi.results
where grain = 'month'
    and dimension in (select unnest($dimensions))
    and is_complete
    and value is not null
    and period_start >= $first_day
    and period_start <= $last_day
    and kpi_id in (select unnest($kpi_ids))
order by kpi_id, dimension, member, period_start
