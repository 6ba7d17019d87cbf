-- title = "Replies"
-- question = "How many answers do agents send?"
-- unit = "replies"
-- direction = "watch"
-- materialized = "view"
-- requires = "reply_count"
-- [[kpis]]
-- statistic = "sum"
-- [[kpis]]
-- statistic = "per_business_day"
-- [[kpis]]
-- statistic = "mean"
-- unit = "replies per ticket"
-- question = "How many answers does a solved ticket take?"
-- ---
-- One row is one solve, on its day, until the ticket is reopened, with the agent replies of the whole ticket.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    reply_count as value,
from fact.solves
where reply_count is not null
