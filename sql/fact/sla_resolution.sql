-- title     = "Resolution within SLA"
-- question  = "What share of the resolutions due was reached in time?"
-- unit      = "share"
-- direction = "higher"
-- as        = "view"
-- told_by   = "resolution_due_at"
-- kpis      = [
--   "share",
--   { of = "is_breached", statistic = "count", unit = "tickets", direction = "lower", title = "Resolution within SLA, breaches", question = "How many resolutions came too late or are overdue?" },
-- ]
-- One row is one verdict on the first solve: 1 on the day it was met, 0 on the day it fell due where it was not met by
-- then. No target, not due yet on the days that the source covers, or solved at an instant that nobody knows: no row.

with judged as (
    select
        tickets.*,
        resolution_due_date as due_date,
        coalesce(first_resolved_date, resolved_date) as done_date,
        resolution_sla_met as is_met,
        feeds.last_day,
    from core.tickets as tickets
    join core.feeds as feeds on tickets.source = feeds.source and feeds.measure = 'sla_resolution'
    where resolution_due_date is not null
        and (resolution_sla_met is not null or status not in ('solved', 'closed'))
        and (first_resolved_at is not null or coalesce(reopen_count, 0) = 0)
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
