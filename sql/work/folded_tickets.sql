-- title = "Event histories folded to tickets"
-- ---
-- One row is one ticket: its last event for state, its history for firsts and counts. Where its events disagree on the
-- opening, the earliest counts: no solve of the ticket lies before it.

with histories as (
    select
        source, ticket_id,
        max(position) as position,
        max(case when status is not null then position end) as state_position,
        min(opened_at) as opened_at,
        min(first_response_at) as first_response_at,
        min(case when is_response then event_at end) as history_first_response_at,
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
        max(case when unsolved_at is null then history_solved_at end) as resolved_at,
        max(case when unsolved_at is null then closed_at end) as closed_at,
        count(reopened_at) as reopen_count,
        max(reopened_at) as reopened_at,
        min(reopened_at) as first_reopened_at,
    from work.solves
    group by source, ticket_id
)

select
    newest.source, newest.ticket_id, newest.desk_time_zone,
    newest.channel, newest.channel_raw, newest.origin_channel, newest.topic, newest.priority, newest.team,
    newest.agent, newest.segment, newest.customer_key, newest.tags,
    state.status,
    histories.opened_at,
    histories.first_response_at,
    newest.first_resolved_at,
    newest.resolved_at,
    coalesce(newest.closed_at, solves.closed_at) as closed_at,
    histories.reopen_count, newest.reopened_at, histories.escalated_at,
    newest.escalation_level, newest.escalation_reason,
    histories.reply_count, histories.transfer_count,
    newest.handle_seconds, newest.wait_seconds, newest.approval_wait_seconds, newest.sla_met_by_source,
    newest.first_response_sla_met_by_source,
    newest.source_first_response_calendar_seconds, newest.source_first_response_business_seconds,
    newest.source_first_resolution_calendar_seconds, newest.source_first_resolution_business_seconds,
    newest.source_full_resolution_calendar_seconds, newest.source_full_resolution_business_seconds,
    coalesce(newest.updated_at, histories.updated_at) as updated_at,
    newest.exported_at, newest.file_id, newest.row_number,
    histories.history_first_response_at,
    solves.first_resolved_at as history_first_resolved_at,
    solves.resolved_at as history_resolved_at,
    coalesce(solves.reopen_count, 0) as history_reopen_count,
    solves.reopened_at as history_reopened_at,
    solves.first_reopened_at as history_first_reopened_at,
from histories
join work.events as newest
    on histories.source = newest.source and histories.ticket_id = newest.ticket_id
    and histories.position = newest.position
left join work.events as state
    on histories.source = state.source and histories.ticket_id = state.ticket_id
    and histories.state_position = state.position
left join solves on histories.source = solves.source and histories.ticket_id = solves.ticket_id
order by newest.source, newest.ticket_id
