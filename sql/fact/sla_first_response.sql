-- title     = "First response within SLA"
-- question  = "What share of the first responses due was given in time?"
-- unit      = "share"
-- direction = "higher"
-- as        = "view"
-- told_by   = ["first_response_at", "first_response_due_at"]
-- kpis      = [
--   "share",
--   { of = "is_breached", statistic = "count", unit = "tickets", direction = "lower", title = "First response within SLA, breaches", question = "How many first responses came too late or are overdue?" },
-- ]
-- One row is one verdict: 1 on the day it was met, 0 on the day it fell due where it was not met by then. No target, not
-- due yet on the days that the source covers, solved before it fell due without an answer, or solved at an instant that
-- nobody knows: no row.

with judged as (
    select
        tickets.*,
        first_response_due_date as due_date,
        first_response_date as done_date,
        first_response_sla_met as is_met,
        feeds.last_day,
    from core.tickets as tickets
    join core.feeds as feeds on tickets.source = feeds.source and feeds.measure = 'sla_first_response'
    where first_response_due_date is not null
        and (first_response_at is not null or resolved_at is not null or status not in ('solved', 'closed'))
        and (first_response_sla_met
            or (coalesce(coalesce(first_resolved_at, resolved_at) > first_response_due_at, true)
                and (first_response_at is not null or first_resolved_at is not null or coalesce(reopen_count, 0) = 0)))
)

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    done_date as day,
    done_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
    0 as is_breached,
from judged
where is_met
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    due_date as day,
    due_date as counts_from,
    case when is_met then done_date end as counts_until,
    0 as value,
    1 as is_breached,
from judged
where due_date <= last_day
    and (is_met is distinct from true or due_date < done_date)
