-- title     = "Reopened tickets"
-- question  = "What share of the tickets solved on a day was opened again later?"
-- unit      = "share"
-- direction = "lower"
-- as        = "view"
-- told_by   = "reopen_count"
-- maturity  = 7
-- kpis      = ["share"]
-- One row is what is known of one solved ticket: 0 from its first solve until it is reopened, 1 from then on.
-- A ticket whose source says nothing of reopenings has no row.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    first_resolved_date as day,
    first_resolved_date as counts_from,
    case when reopen_count > 0 then coalesce(first_reopened_date, first_resolved_date) end as counts_until,
    0 as value,
from core.tickets
where first_resolved_at is not null and reopen_count is not null
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    first_resolved_date as day,
    coalesce(first_reopened_date, first_resolved_date) as counts_from,
    cast(null as date) as counts_until,
    1 as value,
from core.tickets
where first_resolved_at is not null and reopen_count > 0
