-- title = "How far the inputs reach"
-- question = "Which days does each input of a source cover?"
-- ---
-- One row is one input of a source.

select source, input, first_day, last_day
from core.coverage
order by last_day, source, input
