-- title     = "First responses at risk"
-- question  = "How many unanswered tickets fall due on the next day?"
-- unit      = "tickets"
-- direction = "lower"
-- as        = "view"
-- stock     = true
-- told_by   = ["first_response_at", "first_response_due_at"]
-- kpis      = ["closing"]
-- One row is one ticket that stood unanswered on the day before its first response fell due: in the stock from the close
-- of that day (of its opening, if that is later) until it is answered, solved, or falls due.

with awaited as (
    select
        tickets.*,
        greatest(opened_date, cast(first_response_due_date - interval 1 day as date)) as from_date,
        least(
            first_response_due_date, first_response_date, coalesce(first_resolved_date, resolved_date)
        ) as until_date,
    from core.tickets as tickets
    semi join core.feeds as feeds on tickets.source = feeds.source and feeds.measure = 'sla_first_response_at_risk'
    where first_response_due_date is not null
        and (first_response_at is not null or resolved_at is not null or status not in ('solved', 'closed'))
        and (first_response_at is not null or first_resolved_at is not null or coalesce(reopen_count, 0) = 0)
)

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    from_date as counts_from,
    until_date as counts_until,
    1 as value,
from awaited
where from_date < until_date
