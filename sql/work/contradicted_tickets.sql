-- title = "Tickets whose event history contradicts itself"
-- One row is one ticket of which an event was rejected because it lies before the opening. A history that lacks
-- its solve would show the ticket as open for ever, so the whole ticket is rejected.

select files.source, rows.ticket_id
from landing.rejected_rows as rows
join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded' and files.kind = 'events'
where rows.ticket_id is not null
    and (
        list_contains(rows.reasons, 'solved_event_before_opened')
        or list_contains(rows.reasons, 'resolved_before_opened')
        or list_contains(rows.reasons, 'closed_before_opened')
    )
group by files.source, rows.ticket_id
order by source, ticket_id
