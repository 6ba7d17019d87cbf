-- title = "Customer waiting time"
-- question = "How long does a customer wait for us in all?"
-- unit = "seconds"
-- direction = "lower"
-- materialized = "view"
-- requires = "wait_seconds"
-- [[kpis]]
-- statistic = "mean"
-- [[kpis]]
-- statistic = "median"
-- ---
-- One row is one solve, on its day, until the ticket is reopened, with the customer's wait over the whole ticket.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    wait_seconds as value,
from fact.solves
where wait_seconds is not null
