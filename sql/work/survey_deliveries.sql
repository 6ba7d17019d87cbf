-- title = "Accepted rows of surveys, with how new each is"
-- ---
-- One row is one accepted row; delivery 1 is the newest of its survey, higher ones are superseded.
-- Newest: updated_at, then exported_at, then file and row, whatever order the files arrived in.

select
    rows.*,
    row_number() over (
        partition by source, survey_id
        order by version_at desc, exported_at desc, file_id desc, row_number desc
    ) as delivery,
from landing.survey_rows as rows
order by source, file_id, row_number
