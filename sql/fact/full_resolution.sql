-- title = "Full resolution time"
-- question = "How long does it take until a problem is solved for good?"
-- unit = "seconds"
-- direction = "lower"
-- materialized = "view"
-- [[kpis]]
-- statistic = "mean"
-- [[kpis]]
-- statistic = "median"
-- [[kpis]]
-- statistic = "p90"
-- ---
-- One row is one solve, on its day, until the ticket is reopened: as of any day a ticket counts once, with its last
-- solve.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    calendar_seconds,
    business_seconds,
from fact.solves
