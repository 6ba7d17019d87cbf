-- title = "Rejected rows by file"
-- question = "How many rows of each file are rejected?"
-- ---
-- One row is one file that has rows.

select source, kind, file, file_id, rows_read, rows_rejected
from ops.loads
where status = 'loaded' and rows_read > 0
order by source, kind, file
