-- title = "Waiting for approval"
-- question = "How long do tickets wait for somebody to approve?"
-- unit = "seconds"
-- direction = "lower"
-- materialized = "view"
-- requires = "approval_wait_seconds"
-- [[kpis]]
-- statistic = "mean"
-- [[kpis]]
-- statistic = "median"
-- ---
-- One row is one solve, on its day, until the ticket is reopened, with the approval wait of the whole ticket.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    approval_wait_seconds as value,
from fact.solves
where approval_wait_seconds is not null
