-- title = "Objectives of the scorecard"
-- question = "How far is each objective?"
-- ---
-- One row is one objective with its newest answer up to a day.

with answers as (
    select *
    from okr.objective_attainment
    where known_to is null and as_of_date <= $as_of
    qualify row_number() over (partition by objective_id order by as_of_date desc) = 1
)

select
    objectives.objective_id,
    objectives.title,
    objectives.owner,
    objectives.parent_id,
    objectives.window_start,
    objectives.window_end,
    objectives.ambition,
    objectives.outcome,
    answers.as_of_date,
    answers.attainment,
    answers.expected,
    answers.coverage,
    answers.status,
    answers.flag,
    coalesce(restated.kr_id is null and restated.objective_id is not null, false) as is_restated,
from okr.objectives as objectives
left join answers on objectives.objective_id = answers.objective_id
left join okr.restatements as restated
    on restated.kr_id is null
    and answers.objective_id = restated.objective_id
    and answers.as_of_date = restated.as_of_date
    and answers.revision = restated.revision
    and restated.is_material
where objectives.known_to is null
order by objectives.window_start, objectives.file, objectives.objective_id
