-- title = "Files that could not be read"
-- question = "Which export files could not be read under any name?"
-- ---
-- One row is one file, what was found, and the fix.

select distinct file, error, mend
from ops.loads
where status = 'failed' and file not in (select loaded.file from ops.loads as loaded where loaded.status = 'loaded')
order by all
