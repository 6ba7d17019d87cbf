-- title     = "Resolutions at risk"
-- question  = "How many unsolved tickets fall due on the next day?"
-- unit      = "tickets"
-- direction = "lower"
-- as        = "view"
-- stock     = true
-- told_by   = "resolution_due_at"
-- kpis      = ["closing"]
-- One row is one ticket that stood unsolved on the day before its resolution fell due: in the stock from the close of
-- that day (of its opening, if that is later) until its first solve, or until it falls due.

with awaited as (
    select
        *,
        greatest(opened_date, cast(resolution_due_date - interval 1 day as date)) as from_date,
        least(resolution_due_date, coalesce(first_resolved_date, resolved_date)) as until_date,
    from core.tickets
    where resolution_due_date is not null
        and (resolved_at is not null or status not in ('solved', 'closed'))
        and (first_resolved_at is not null or coalesce(reopen_count, 0) = 0)
)

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    from_date as counts_from,
    until_date as counts_until,
    1 as value,
from awaited
where from_date < until_date
