-- title = "Reasons of changed definitions"
-- question = "Why were the definitions below an objective changed?"
-- ---
-- One row is one version of one key result, guardrail, outcome or part of the objective.

select known_from, reason
from okr.key_results
where objective_id = $objective_id
order by kr_id, version
