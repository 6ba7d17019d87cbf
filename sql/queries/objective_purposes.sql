-- title = "Why there are objectives"
-- question = "What is each objective for, and what is under way?"
-- ---
-- One row is one objective.

select objective_id, why, initiatives
from okr.objectives
where known_to is null
order by objective_id
