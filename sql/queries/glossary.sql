-- title = "KPIs of the catalogue"
-- question = "What can be measured?"
-- ---
-- One row is one KPI.

select kpi_id, title, question, unit, direction
from kpi.catalogue
order by kpi_id
