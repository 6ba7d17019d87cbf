-- title = "Accepted rows of articles, with how new each is"
-- ---
-- One row is one accepted row; delivery 1 is the newest of its article and day, higher ones are superseded.
-- Newest: updated_at, then exported_at, then file and row, whatever order the files arrived in.

select
    coalesce(topic, 'unknown') as topic,
    rows.* exclude (topic),
    row_number() over (
        partition by source, article_id, day
        order by version_at desc, exported_at desc, file_id desc, row_number desc
    ) as delivery,
from landing.article_rows as rows
order by source, file_id, row_number
