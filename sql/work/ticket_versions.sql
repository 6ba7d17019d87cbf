-- title = "Newest version of each ticket, before its rules"
-- materialized = "view"
-- ---
-- One row is one ticket: the newest accepted row of a ticket export, or an event history folded to its last state.
-- Where a source has both, the history knows more, and the rows are superseded.

with newest as (
    select rows.*
    from landing.ticket_rows as rows
    left join work.newest_rows as newest_rows
        on rows.source = newest_rows.source and rows.ticket_id = newest_rows.ticket_id
    left join work.folded_tickets as folded
        on rows.source = folded.source and rows.ticket_id = folded.ticket_id
    where folded.ticket_id is null
        and (
            newest_rows.ticket_id is null
            or (rows.file_id = newest_rows.file_id and rows.row_number = newest_rows.row_number)
        )
)

select
    source, ticket_id, desk_time_zone,
    channel, channel_raw, origin_channel, topic, priority, team, agent, segment, customer_key, tags, status,
    opened_at, first_response_at, first_resolved_at, resolved_at, closed_at,
    reopen_count, reopened_at, escalated_at, escalation_level, escalation_reason,
    reply_count, transfer_count, handle_seconds, wait_seconds, approval_wait_seconds, sla_met_by_source,
    first_response_sla_met_by_source,
    source_first_response_calendar_seconds, source_first_response_business_seconds,
    source_first_resolution_calendar_seconds, source_first_resolution_business_seconds,
    source_full_resolution_calendar_seconds, source_full_resolution_business_seconds,
    updated_at, exported_at, file_id, row_number,
    false as is_folded,
    cast(null as timestamp) as history_first_response_at,
    cast(null as timestamp) as history_first_resolved_at,
    cast(null as timestamp) as history_resolved_at,
    cast(null as bigint) as history_reopen_count,
    cast(null as timestamp) as history_reopened_at,
    cast(null as timestamp) as history_first_reopened_at,
from newest
union all
select
    source, ticket_id, desk_time_zone,
    channel, channel_raw, origin_channel, topic, priority, team, agent, segment, customer_key, tags, status,
    opened_at, first_response_at, first_resolved_at, resolved_at, closed_at,
    reopen_count, reopened_at, escalated_at, escalation_level, escalation_reason,
    reply_count, transfer_count, handle_seconds, wait_seconds, approval_wait_seconds, sla_met_by_source,
    first_response_sla_met_by_source,
    source_first_response_calendar_seconds, source_first_response_business_seconds,
    source_first_resolution_calendar_seconds, source_first_resolution_business_seconds,
    source_full_resolution_calendar_seconds, source_full_resolution_business_seconds,
    updated_at, exported_at, file_id, row_number,
    true as is_folded,
    history_first_response_at, history_first_resolved_at, history_resolved_at, history_reopen_count,
    history_reopened_at, history_first_reopened_at,
from work.folded_tickets
