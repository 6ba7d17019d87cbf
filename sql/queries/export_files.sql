-- title = "Export files and their rows"
-- question = "What became of the rows of each file?"
-- ---
-- One row is one export file, newest first. Null counts: it could not be read.

select
    file, source, kind, status, rows_read,
    rows_current, rows_superseded, rows_rejected, rows_folded, rows_removed,
    loaded_at,
from ops.loads
order by loaded_at desc, file desc
