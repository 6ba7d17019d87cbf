-- title = "Rejected rows and failed files"
-- question = "How many rows were rejected, and how many files could not be read under any name?"
-- ---
-- One row.

select
    coalesce(sum(rows_rejected), 0) as rejected_count,
    count(distinct file) filter (
        where status = 'failed'
        and file not in (select loaded.file from ops.loads as loaded where loaded.status = 'loaded')
    ) as failed_file_count,
from ops.loads
