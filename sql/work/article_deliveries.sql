-- title = "Accepted rows of articles, with how new each is"
-- One row is one accepted row; delivery 1 is the newest of its article and day, higher ones are superseded.
-- Newest: updated_at, then exported_at, then file and row, whatever order the files arrived in.

with accepted as (
    select
        files.source,
        files.desk_time_zone,
        coalesce(rows.updated_at, rows.exported_at, files.exported_at) as version_at,
        coalesce(rows.exported_at, files.exported_at) as exported_at,
        coalesce(rows.topic, 'unknown') as topic,
        rows.* exclude (exported_at, topic),
    from landing.article_rows as rows
    join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
)

select
    accepted.*,
    row_number() over (
        partition by source, article_id, day
        order by version_at desc, exported_at desc, file_id desc, row_number desc
    ) as delivery,
from accepted
order by source, file_id, row_number
