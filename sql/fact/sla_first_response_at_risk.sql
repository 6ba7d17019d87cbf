-- title = "First responses at risk"
-- question = "How many unanswered tickets fall due on the next day?"
-- unit = "tickets"
-- direction = "lower"
-- materialized = "view"
-- type = "stock"
-- requires = ["first_response_at", "first_response_due_at"]
-- [[kpis]]
-- statistic = "closing"
-- ---
-- One row is one ticket that stood unanswered on the day before it fell due: in the stock from the close of that day
-- (of its opening, if that is later) until nobody waits any more, or until it falls due.

with awaited as (
    select
        *,
        greatest(given_date, cast(due_date - interval 1 day as date)) as from_date,
        least(due_date, released_date) as until_date,
    from fact.promises
    where promise = 'sla_first_response'
)

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    given_date as day,
    from_date as counts_from,
    until_date as counts_until,
    1 as value,
from awaited
where from_date < until_date
