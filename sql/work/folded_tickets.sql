-- title = "Event histories folded to tickets"
-- One row is one ticket: its last event for state, its history for firsts and counts.

with last_events as (
    select source, ticket_id, max(position) as position, max(case when status is not null then position end) as state_position,
        min(case when is_response then position end) as response_position,
        min(first_response_at) as first_response_at,
        min(escalated_at) as escalated_at,
        max(reopen_count) as reopen_count,
        max(transfer_count) as transfer_count,
        max(reply_count) as reply_count,
        max(event_at) as updated_at,
    from work.events
    group by source, ticket_id
),

solves as (
    select
        source, ticket_id,
        min(case when change_number = 1 then solved_at end) as first_resolved_at,
        max(case when reopened_at is null and solved_from = 'history' then solved_at end) as resolved_at,
        count(reopened_at) as reopen_count,
        max(reopened_at) as reopened_at,
    from work.solves
    group by source, ticket_id
)

select
    newest.source, newest.ticket_id, newest.desk_time_zone,
    newest.channel, newest.channel_raw, newest.origin_channel, newest.topic, newest.priority, newest.team,
    newest.agent, newest.segment, newest.customer_key, newest.tags,
    state.status,
    newest.opened_at,
    coalesce(last_events.first_response_at, response.event_at) as first_response_at,
    newest.first_resolved_at, newest.resolved_at, 
    coalesce(newest.closed_at, case when state.status = 'closed' then state.event_at end) as closed_at,
    last_events.reopen_count, newest.reopened_at, last_events.escalated_at,
    newest.escalation_level, newest.escalation_reason,
    last_events.reply_count, last_events.transfer_count,
    newest.handle_seconds, newest.wait_seconds, newest.approval_wait_seconds, newest.sla_met_by_source,
    coalesce(newest.updated_at, last_events.updated_at) as updated_at,
    newest.exported_at, newest.file_id, newest.row_number,
    solves.first_resolved_at as history_first_resolved_at,
    solves.resolved_at as history_resolved_at,
    coalesce(solves.reopen_count, 0) as history_reopen_count,
    solves.reopened_at as history_reopened_at,
from last_events
join work.events as newest
    on last_events.source = newest.source and last_events.ticket_id = newest.ticket_id
    and last_events.position = newest.position
left join work.events as state
    on last_events.source = state.source and last_events.ticket_id = state.ticket_id
    and last_events.state_position = state.position
left join work.events as response
    on last_events.source = response.source and last_events.ticket_id = response.ticket_id
    and last_events.response_position = response.position
left join solves on last_events.source = solves.source and last_events.ticket_id = solves.ticket_id
order by newest.source, newest.ticket_id
