-- title = "Files with many rejected rows"
-- question = "Of which files of the newest days is more than such a share rejected?"
-- ---
-- One row is one file; also those of an unknown day.

select file, rows_read, rows_rejected
from ops.loads
where rows_read > 0 and rows_rejected > $share * rows_read and coalesce(exported_at >= $since, true)
order by file, rows_read, rows_rejected
