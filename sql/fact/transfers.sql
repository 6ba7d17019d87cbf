-- title = "Transfers"
-- question = "How often is a ticket handed on before it is solved?"
-- unit = "transfers"
-- direction = "lower"
-- materialized = "view"
-- requires = "transfer_count"
-- [[kpis]]
-- statistic = "mean"
-- unit = "transfers per ticket"
-- [[kpis]]
-- statistic = "share"
-- name = "any"
-- column = "is_transferred"
-- title = "Transferred tickets, share"
-- question = "What share of the solved tickets was handed on at least once?"
-- ---
-- One row is one solve, on its day, until the ticket is reopened, with the transfers of the whole ticket.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    transfer_count as value,
    case when transfer_count > 0 then 1 else 0 end as is_transferred,
from fact.solves
where transfer_count is not null
