-- title = "Rejected rows"
-- What a row itself breaks; and the other events of a ticket whose history contradicts itself.

select
    files.source,
    files.file,
    rows.file_id,
    rows.row_number,
    rows.ticket_id,
    rows.reasons,
    rows.record,
from landing.rejected_rows as rows
join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
union all
select
    files.source,
    files.file,
    rows.file_id,
    rows.row_number,
    rows.ticket_id,
    ['another_event_contradicts_opening'] as reasons,
    '{"event_at": "' || rows.event_at || '", "status": "' || coalesce(rows.status, '') || '"}' as record,
from landing.event_rows as rows
join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
semi join work.contradicted_tickets as contradicted
    on files.source = contradicted.source and rows.ticket_id = contradicted.ticket_id
order by source, file, row_number
