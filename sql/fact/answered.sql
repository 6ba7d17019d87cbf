-- title = "Tickets answered"
-- question = "What share of the tickets opened on a day got a human answer?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- requires = "first_response_at"
-- [[kpis]]
-- statistic = "share"
-- ---
-- One row is what is known of one ticket: 0 from its opening until its first response, 1 from then on.
-- A source that never shows a first response has no rows.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    opened_date as counts_from,
    first_response_date as counts_until,
    0 as value,
from core.tickets
semi join core.feeds as feeds on tickets.source = feeds.source and feeds.measure = 'answered'
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    first_response_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
from core.tickets
where first_response_at is not null
