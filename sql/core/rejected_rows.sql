-- title = "Rejected rows"
-- ---
-- What a row itself breaks; and the other events of a ticket whose history contradicts itself.

select source, file, file_id, row_number, ticket_id, reasons, record,
from landing.rejected_rows
union all
select
    rows.source,
    rows.file,
    rows.file_id,
    rows.row_number,
    rows.ticket_id,
    ['another_event_contradicts_opening'] as reasons,
    '{"event_at": "' || rows.event_at || '", "status": "' || coalesce(rows.status, '') || '"}' as record,
from landing.event_rows as rows
semi join work.contradicted_tickets as contradicted
    on rows.source = contradicted.source and rows.ticket_id = contradicted.ticket_id
order by source, file, row_number
