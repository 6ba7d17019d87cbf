-- title = "Stretches of a ticket in a solved state"
-- ---
-- One row is one stretch: from the event that solved (or closed) the ticket until it is open again. It names the
-- positions of the event that is the solve (by the profile's rule; the closing where there was no solve), of the
-- first closing, and of the event that ended it.

with states as (
    select
        source, ticket_id, solved_at_rule, position, event_at, status,
        case when status in ('solved', 'closed') then 1 else 0 end as is_solved,
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
)

select
    source, ticket_id, stretch,
    coalesce(
        case when solved_at_rule = 'last_in_state' then max(solved_position) else min(solved_position) end,
        min(closed_position)
    ) as solve_position,
    min(closed_position) as close_position,
    min(reopened_position) as reopen_position,
    max(stretch) over (partition by source, ticket_id) as last_stretch,
from marked
group by source, ticket_id, stretch, solved_at_rule
order by source, ticket_id, stretch
