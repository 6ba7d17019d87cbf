-- title = "All that is scored"
-- question = "What can be explained?"
-- ---
-- One row is one key result, guardrail, outcome, part or objective.

select kr_id as id, false as is_objective
from okr.key_results
where known_to is null
union all
select objective_id as id, true as is_objective
from okr.objectives
where known_to is null
