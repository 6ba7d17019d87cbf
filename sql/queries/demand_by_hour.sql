-- title = "Demand by weekday and hour"
-- question = "When do tickets come in?"
-- ---
-- One row is one hour of one weekday, over the months from that of a day on.

select weekday, hour, sum(ticket_count) as ticket_count, sum(day_count) as day_count
from kpi.demand
where month >= date_trunc('month', cast($since as date))
group by weekday, hour
order by weekday, hour
