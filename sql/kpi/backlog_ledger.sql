-- title = "Backlog ledger"
-- ---
-- One row is one day on which the backlog of one channel, team and priority moved. The closing is counted from the
-- stretches without a solution (fact.backlog); opened, reopened and solved from tickets and solves. A check asserts
-- that closing = opening + opened + reopened - solved. Deleted, merged and spam tickets are in none of them, on any
-- day.

with movements as (
    select counts_from as day, channel, team, priority, 1 as change, 0 as opened, 0 as reopened, 0 as solved
    from fact.backlog
    union all
    select counts_until as day, channel, team, priority, -1 as change, 0 as opened, 0 as reopened, 0 as solved
    from fact.backlog
    where counts_until is not null
    union all
    select opened_date as day, channel, team, priority, 0 as change, 1 as opened, 0 as reopened, 0 as solved
    from core.tickets
    where resolved_at is not null or status not in ('solved', 'closed')
    union all
    select counts_until as day, channel, team, priority, 0 as change, 0 as opened, 1 as reopened, 0 as solved
    from fact.solves
    where counts_until is not null
    union all
    select day, channel, team, priority, 0 as change, 0 as opened, 0 as reopened, 1 as solved
    from fact.solves
),

days as (
    select
        day, channel, team, priority,
        sum(change) as change, sum(opened) as opened, sum(reopened) as reopened, sum(solved) as solved,
    from movements
    cross join work.run as run
    where day <= run.as_of_date
    group by day, channel, team, priority
),

closed as (
    select
        *,
        sum(change) over (
            partition by channel, team, priority order by day rows between unbounded preceding and current row
        ) as closing,
    from days
),

begun as (
    select *, closing - change as opening from closed
)

select
    day, channel, team, priority,
    cast(opening as bigint) as opening_count,
    cast(opened as bigint) as opened_count,
    cast(reopened as bigint) as reopened_count,
    cast(solved as bigint) as solved_count,
    cast(closing as bigint) as closing_count,
from begun
order by day, channel, team, priority
