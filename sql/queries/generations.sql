-- title = "All generations"
-- question = "Which generations were published before this one?"
-- ---
-- One row is one generation that this one knows of, oldest first; the last one is itself.

select distinct generation, published_at, as_of_date
from ops.generations
order by generation
