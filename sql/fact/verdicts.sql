-- title = "Verdicts on promises"
-- materialized = "view"
-- ---
-- One row is one verdict: 1 on the day the promise was kept in time, 0 on the day it fell due where it was not kept by
-- then, until it turns out to have been in time after all (due when the desk closed, kept before it opened). Waived, or
-- not due yet on the days that the source covers: no row.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    promise,
    done_date as day,
    done_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
    0 as is_breached,
from fact.promises
where is_met
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    promise,
    due_date as day,
    due_date as counts_from,
    case when is_met then done_date end as counts_until,
    0 as value,
    1 as is_breached,
from fact.promises
where due_date <= last_day
    and not is_waived
    and (is_met is distinct from true or due_date < done_date)
