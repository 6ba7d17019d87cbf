-- title = "Tickets opened"
-- question = "How many tickets come in?"
-- unit = "tickets"
-- direction = "watch"
-- materialized = "view"
-- [[kpis]]
-- statistic = "count"
-- [[kpis]]
-- statistic = "per_business_day"
-- ---
-- One row is one ticket, on the day it was opened.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    opened_date as counts_from,
    cast(null as date) as counts_until,
    opened_hour,
    1 as value,
from core.tickets
