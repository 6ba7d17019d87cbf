-- title = "Versions of an objective"
-- question = "What has this objective meant over time?"
-- ---
-- One row is one version, oldest first; the last one holds.

select *
from okr.objectives
where objective_id = $objective_id
order by version
