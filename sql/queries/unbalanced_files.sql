-- title = "Files whose rows are not all accounted for"
-- question = "Did a row vanish?"
-- ---
-- One row is one file, with its rows and how many of them are accounted for.

with accounts as (
    select
        file,
        rows_read,
        rows_current + rows_superseded + rows_rejected + rows_folded + rows_removed as rows_accounted,
    from ops.loads
    where status = 'loaded'
)

select file, rows_read, rows_accounted
from accounts
where rows_accounted is distinct from rows_read
order by file
