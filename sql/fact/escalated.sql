-- title = "Escalated tickets"
-- question = "What share of the tickets opened on a day had to be escalated?"
-- unit = "share"
-- direction = "lower"
-- materialized = "view"
-- requires = "escalated_at"
-- maturity_days = 7
-- [[kpis]]
-- statistic = "share"
-- ---
-- One row is what is known of one ticket: 0 from its opening until its first escalation, 1 from then on.
-- A source that never shows an escalation has no rows.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    opened_date as counts_from,
    escalated_date as counts_until,
    0 as value,
from core.tickets
semi join core.feeds as feeds on tickets.source = feeds.source and feeds.measure = 'escalated'
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    escalated_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
from core.tickets
where escalated_at is not null
