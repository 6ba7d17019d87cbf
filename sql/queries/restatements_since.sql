-- title = "Restated numbers since an instant"
-- question = "Which reported numbers moved since then?"
-- ---
-- One row is one restated answer, key results before objectives, oldest day first.

select
    coalesce(moved.kr_id, moved.objective_id) as what,
    moved.kr_id is null as is_objective,
    coalesce(key_results.title, objectives.title) as title,
    coalesce(key_results.unit, 'share') as unit,
    moved.as_of_date,
    moved.revision,
    moved.old_value,
    moved.new_value,
    moved.old_baseline,
    moved.new_baseline,
    moved.old_target,
    moved.new_target,
    moved.old_attainment,
    moved.new_attainment,
    moved.old_status,
    moved.new_status,
    moved.cause,
    moved.is_material,
    moved.known_from,
from okr.restatements as moved
left join okr.key_results as key_results on moved.kr_id = key_results.kr_id and key_results.known_to is null
left join okr.objectives as objectives
    on moved.objective_id = objectives.objective_id and objectives.known_to is null
where moved.known_from > $since
order by is_objective, what, moved.as_of_date
