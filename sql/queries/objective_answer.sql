-- title = "Answer about an objective"
-- question = "How far is this objective on a day, as it is known now?"
-- ---
-- One row.

select *
from okr.objective_attainment
where objective_id = $objective_id and as_of_date = $day and known_to is null
