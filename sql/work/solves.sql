-- title = "Solves that event histories show"
-- One row is one stretch of a ticket in a solved state, with its solve and the reopening that ended it, if one did.
-- A source that counts reopenings and says none has one solve: what came before was no reopening to the desk.
-- The last solve is the source's own resolved_at where it gives one.

with states as (
    select
        source, ticket_id, desk_time_zone, solved_at_rule, position, event_at, opened_at, resolved_at, status,
        case when status in ('solved', 'closed') then 1 else 0 end as is_solved,
        max(reopen_count) over (partition by source, ticket_id) as exported_reopen_count,
    from work.events
    where status is not null
),

turns as (
    select
        *,
        is_solved - coalesce(lag(is_solved) over (partition by source, ticket_id order by position), 0) as turn,
    from states
),

stretches as (
    select
        *,
        sum(case when turn = 1 then 1 else 0 end) over (
            partition by source, ticket_id order by position rows between unbounded preceding and current row
        ) as stretch,
    from turns
),

marked as (
    select
        *,
        case when status = 'solved' then position end as solved_position,
        case when status = 'closed' then position end as closed_position,
        case when turn = -1 then position end as reopened_position,
    from stretches
    where stretch > 0
),

places as (
    select
        source, ticket_id, stretch, desk_time_zone, exported_reopen_count,
        coalesce(
            case when solved_at_rule = 'last_in_state' then max(solved_position) else min(solved_position) end,
            min(closed_position)
        ) as solve_position,
        min(closed_position) as close_position,
        min(reopened_position) as reopen_position,
        max(stretch) over (partition by source, ticket_id) as last_stretch,
    from marked
    group by source, ticket_id, stretch, desk_time_zone, exported_reopen_count, solved_at_rule
),

known as (
    select
        places.source,
        places.ticket_id,
        places.desk_time_zone,
        solve.opened_at,
        case
            when reopening.position is not null then solve.event_at
            when solve.status = 'solved' then coalesce(solve.resolved_at, solve.event_at)
            else coalesce(solve.resolved_at, solve.closed_at, solve.event_at)
        end as solved_at,
        case when solve.status = 'solved' then solve.event_at end as history_solved_at,
        coalesce(closing.closed_at, closing.event_at) as closed_at,
        reopening.event_at as reopened_at,
        stretch,
    from places
    join work.events as solve
        on places.source = solve.source and places.ticket_id = solve.ticket_id
        and places.solve_position = solve.position
    left join work.events as closing
        on places.source = closing.source and places.ticket_id = closing.ticket_id
        and places.close_position = closing.position
    left join work.events as reopening
        on places.source = reopening.source and places.ticket_id = reopening.ticket_id
        and places.reopen_position = reopening.position
    where places.exported_reopen_count is distinct from 0 or places.stretch = places.last_stretch
)

select
    source, ticket_id, desk_time_zone, opened_at, solved_at, history_solved_at, closed_at, reopened_at,
    row_number() over (partition by source, ticket_id order by stretch) as change_number,
from known
order by source, ticket_id, change_number
