-- title = "KPIs of which something is known"
-- question = "Which KPIs have a value for the desk in some month?"
-- ---
-- One row is one such KPI, those of a measure together.

select kpi_id, title, question, measure, statistic, clock, unit, direction, is_own
from kpi.catalogue
where kpi_id in (select kpi_id from kpi.results where grain = 'month' and dimension = 'all' and value is not null)
order by measure, clock = 'business', is_own, kpi_id
