-- title = "Title of an objective"
-- question = "What is this objective called?"
-- ---
-- One row; none where there is no such objective.

select title
from okr.objectives
where objective_id = $objective_id and known_to is null
