-- title = "Newest row of each ticket that was delivered more than once"
-- One row is one ticket of which several versions were accepted, with the file and row of the newest.
-- Newest: updated_at, then exported_at, then file and row, whatever order the files arrived in.

with versions as (
    select
        files.source,
        rows.ticket_id,
        coalesce(rows.updated_at, rows.exported_at, files.exported_at) as version_at,
        coalesce(rows.exported_at, files.exported_at) as exported_at,
        rows.file_id,
        rows.row_number,
    from landing.ticket_rows as rows
    join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
),

repeated as (
    select source, ticket_id from versions group by source, ticket_id having count(*) > 1
),

ranked as (
    select
        versions.*,
        row_number() over (
            partition by versions.source, versions.ticket_id
            order by version_at desc, exported_at desc, file_id desc, row_number desc
        ) as newness,
    from versions
    semi join repeated on versions.source = repeated.source and versions.ticket_id = repeated.ticket_id
)

select source, ticket_id, file_id, row_number
from ranked
where newness = 1
order by source, ticket_id
