-- title = "Newest row of each ticket that was delivered more than once"
-- ---
-- One row is one ticket of which several versions were accepted, with the file and row of the newest.
-- Newest: updated_at, then exported_at, then file and row, whatever order the files arrived in.

with repeated as (
    select source, ticket_id from landing.ticket_rows group by source, ticket_id having count(*) > 1
),

ranked as (
    select
        versions.source, versions.ticket_id, versions.file_id, versions.row_number,
        row_number() over (
            partition by versions.source, versions.ticket_id
            order by version_at desc, exported_at desc, file_id desc, row_number desc
        ) as newness,
    from landing.ticket_rows as versions
    semi join repeated on versions.source = repeated.source and versions.ticket_id = repeated.ticket_id
)

select source, ticket_id, file_id, row_number
from ranked
where newness = 1
order by source, ticket_id
