-- title = "First response within SLA"
-- question = "What share of the first responses due was given in time?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- requires = ["first_response_at", "first_response_due_at"]
-- [[kpis]]
-- statistic = "share"
-- [[kpis]]
-- statistic = "count"
-- column = "is_breached"
-- unit = "tickets"
-- direction = "lower"
-- title = "First response within SLA, breaches"
-- question = "How many first responses came too late or are overdue?"
-- ---
-- One row is one verdict; see fact.verdicts.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    value,
    is_breached,
from fact.verdicts
where promise = 'sla_first_response'
