-- title = "The generation that is published"
-- question = "Which generation is this, and of which day does it speak?"
-- ---
-- One row: its number, when it was published (UTC), and its day.

select generation, published_at, as_of_date
from ops.generations
order by generation desc
limit 1
