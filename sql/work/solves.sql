-- title = "Solves that event histories show"
-- ---
-- One row is one stretch of a ticket in a solved state, with its solve and the reopening that ended it, if one did.
-- A source that counts reopenings and says none has one solve, and what ends it is no reopening to the desk.
-- The last solve is the source's own resolved_at where it gives one.

with newest as (
    select
        source, ticket_id,
        max(position) as position, max(reopen_count) as exported_reopen_count, min(opened_at) as opened_at,
    from work.events
    group by source, ticket_id
),

known as (
    select
        places.source,
        places.ticket_id,
        last_event.desk_time_zone,
        last_event.team,
        newest.opened_at,
        case
            when reopening.position is not null then solve.event_at
            when solve.status = 'solved' then coalesce(last_event.resolved_at, solve.event_at)
            else coalesce(last_event.resolved_at, last_event.closed_at, solve.event_at)
        end as solved_at,
        case when solve.status = 'solved' then solve.event_at end as history_solved_at,
        coalesce(last_event.closed_at, closing.event_at) as closed_at,
        reopening.event_at as unsolved_at,
        case when (newest.exported_reopen_count is distinct from 0) then reopening.event_at end as reopened_at,
        stretch,
    from work.stretches as places
    join newest on places.source = newest.source and places.ticket_id = newest.ticket_id
    join work.events as last_event
        on places.source = last_event.source and places.ticket_id = last_event.ticket_id
        and newest.position = last_event.position
    join work.events as solve
        on places.source = solve.source and places.ticket_id = solve.ticket_id
        and places.solve_position = solve.position
    left join work.events as closing
        on places.source = closing.source and places.ticket_id = closing.ticket_id
        and places.close_position = closing.position
    left join work.events as reopening
        on places.source = reopening.source and places.ticket_id = reopening.ticket_id
        and places.reopen_position = reopening.position
    where newest.exported_reopen_count is distinct from 0 or places.stretch = places.last_stretch
)

select
    source, ticket_id, desk_time_zone, team,
    opened_at, solved_at, history_solved_at, closed_at, unsolved_at, reopened_at,
    row_number() over (partition by source, ticket_id order by stretch) as change_number,
from known
order by source, ticket_id, change_number
