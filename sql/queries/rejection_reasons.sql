-- title = "Reasons of rejections"
-- question = "Why are rows rejected, and how many?"
-- ---
-- One row is one reason, the commonest first. A row may have several.

select reason, count(*) as row_count, count(distinct file) as file_count
from (select file, unnest(reasons) as reason from core.rejected_rows) as rejections
group by reason
order by row_count desc, reason
