-- title = "Accepted rows of surveys, with how new each is"
-- One row is one accepted row; delivery 1 is the newest of its survey, higher ones are superseded.
-- Newest: updated_at, then exported_at, then file and row, whatever order the files arrived in.

with accepted as (
    select
        files.source,
        files.desk_time_zone,
        coalesce(rows.updated_at, rows.exported_at, files.exported_at) as version_at,
        coalesce(rows.exported_at, files.exported_at) as exported_at,
        rows.* exclude (exported_at),
    from landing.survey_rows as rows
    join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
)

select
    accepted.*,
    row_number() over (
        partition by source, survey_id
        order by version_at desc, exported_at desc, file_id desc, row_number desc
    ) as delivery,
from accepted
order by source, file_id, row_number
