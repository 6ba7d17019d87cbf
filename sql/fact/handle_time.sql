-- title = "Handle time"
-- question = "How long do agents work on a ticket, transfers and hold included?"
-- unit = "seconds"
-- direction = "watch"
-- materialized = "view"
-- requires = "handle_seconds"
-- [[kpis]]
-- statistic = "mean"
-- [[kpis]]
-- statistic = "median"
-- ---
-- One row is one solve, on its day, until the ticket is reopened, with the handle time of the whole ticket.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    handle_seconds as value,
from fact.solves
where handle_seconds is not null
