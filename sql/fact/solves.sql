-- title = "Solves"
-- as    = "view"
-- One row is one known solve: every one of a folded history, and of a snapshot those that it shows.

select
    changes.source, changes.ticket_id,
    tickets.channel, tickets.topic, tickets.priority, tickets.team, tickets.agent, tickets.segment,
    changes.solved_date as day,
    changes.solved_date as counts_from,
    changes.unsolved_date as counts_until,
    changes.solved_at,
    changes.reopened_at,
    changes.calendar_seconds,
    changes.business_seconds,
from core.status_changes as changes
join core.tickets as tickets on changes.source = tickets.source and changes.ticket_id = tickets.ticket_id
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    resolved_date as day,
    resolved_date as counts_from,
    cast(null as date) as counts_until,
    resolved_at as solved_at,
    cast(null as timestamp) as reopened_at,
    full_resolution_calendar_seconds as calendar_seconds,
    full_resolution_business_seconds as business_seconds,
from core.tickets
where resolved_at is not null and not is_folded
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    first_resolved_date as day,
    first_resolved_date as counts_from,
    reopened_date as counts_until,
    first_resolved_at as solved_at,
    reopened_at,
    first_resolution_calendar_seconds as calendar_seconds,
    first_resolution_business_seconds as business_seconds,
from core.tickets
where reopen_count > 0 and history_known and not is_folded
