-- title = "Resolution within SLA"
-- question = "What share of the resolutions due was reached in time?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- requires = "resolution_due_at"
-- [[kpis]]
-- statistic = "share"
-- [[kpis]]
-- statistic = "count"
-- column = "is_breached"
-- unit = "tickets"
-- direction = "lower"
-- title = "Resolution within SLA, breaches"
-- question = "How many resolutions came too late or are overdue?"
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
where promise = 'sla_resolution'
