-- title = "Newest version of each ticket, before its rules"
-- as    = "view"
-- One row is one ticket: the newest accepted row of a ticket export, or an event history folded to its last state.

with delivered as (
    select
        files.source,
        files.desk_time_zone,
        coalesce(rows.exported_at, files.exported_at) as exported_at,
        coalesce(rows.updated_at, rows.exported_at, files.exported_at) as version_at,
        rows.* exclude (exported_at),
    from landing.ticket_rows as rows
    join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
),

repeated as (
    select source, ticket_id from delivered group by source, ticket_id having count(*) > 1
),

ranked as (
    select
        delivered.*,
        row_number() over (
            partition by delivered.source, delivered.ticket_id
            order by version_at desc, exported_at desc, file_id desc, row_number desc
        ) as newness,
    from delivered
    semi join repeated on delivered.source = repeated.source and delivered.ticket_id = repeated.ticket_id
),

newest as (
    select delivered.*
    from delivered
    anti join repeated on delivered.source = repeated.source and delivered.ticket_id = repeated.ticket_id
    union all
    select ranked.* exclude (newness) from ranked where newness = 1
)

select
    source, ticket_id, desk_time_zone,
    channel, channel_raw, origin_channel, topic, priority, team, agent, segment, customer_key, tags, status,
    opened_at, first_response_at, first_resolved_at, resolved_at, closed_at,
    reopen_count, reopened_at, escalated_at, escalation_level, escalation_reason,
    reply_count, transfer_count, handle_seconds, wait_seconds, approval_wait_seconds, sla_met_by_source,
    updated_at, exported_at, file_id, row_number,
    false as is_folded,
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
    updated_at, exported_at, file_id, row_number,
    true as is_folded,
    history_first_resolved_at, history_resolved_at, history_reopen_count, history_reopened_at,
    history_first_reopened_at,
from work.folded_tickets
