-- title = "Months of demand"
-- question = "Over which months is demand told?"
-- ---
-- One row: the first and the last month from that of a day on. Null: there is none.

select min(month) as first_month, max(month) as last_month
from kpi.demand
where month >= date_trunc('month', cast($since as date))
