-- title = "Rejected rows"

select
    files.source,
    files.file,
    rows.row_number,
    rows.ticket_id,
    rows.reasons,
    rows.record,
from landing.rejected_rows as rows
join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
order by source, file, row_number
