-- title = "Requests handled"
-- question = "How many tickets are solved and stay solved?"
-- unit = "tickets"
-- direction = "higher"
-- materialized = "view"
-- [[kpis]]
-- statistic = "count"
-- [[kpis]]
-- statistic = "per_business_day"
-- [[kpis]]
-- statistic = "per_agent_day"
-- question = "How many tickets does an agent solve on a day of work?"
-- [[kpis]]
-- statistic = "count"
-- column = "is_out_of_hours"
-- title = "Handled that came in out of hours, number"
-- question = "How many of the solved tickets came in while the desk was closed?"
-- [[kpis]]
-- statistic = "share"
-- column = "is_out_of_hours"
-- direction = "watch"
-- title = "Handled that came in out of hours, share"
-- question = "What share of the solved tickets came in while the desk was closed?"
-- ---
-- One row is one solve, on its day, until the ticket is reopened: as of any day a ticket counts once, on its last
-- solve.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    cast(opened_out_of_hours as integer) as is_out_of_hours,
    1 as value,
from fact.solves
