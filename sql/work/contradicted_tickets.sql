-- title = "Tickets whose event history contradicts itself"
-- ---
-- One row is one ticket of which an event was rejected because it lies before the opening. A history that lacks
-- its solve would show the ticket as open for ever, so the whole ticket is rejected, until a newer export mends it.

with contradictions as (
    select source, ticket_id, max(exported_at) as exported_at
    from landing.rejected_rows
    where kind = 'events' and ticket_id is not null
        and (
            list_contains(reasons, 'solved_event_before_opened')
            or list_contains(reasons, 'resolved_before_opened')
            or list_contains(reasons, 'closed_before_opened')
        )
    group by source, ticket_id
),

accepted as (
    select rows.source, rows.ticket_id, max(files.exported_at) as exported_at
    from landing.event_rows as rows
    join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
    group by rows.source, rows.ticket_id
)

select contradictions.source, contradictions.ticket_id
from contradictions
left join accepted
    on contradictions.source = accepted.source and contradictions.ticket_id = accepted.ticket_id
where accepted.exported_at is null or accepted.exported_at <= contradictions.exported_at
order by contradictions.source, contradictions.ticket_id
