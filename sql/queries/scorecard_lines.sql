-- title = "Lines of the scorecard"
-- question = "How far is each key result, guardrail and outcome?"
-- ---
-- One row is one of them with its newest answer up to a day; numbers are null where they cannot be known. Outcomes come
-- last, guardrails before them.

with answers as (
    select *
    from okr.pace
    where as_of_date <= $as_of
    qualify row_number() over (partition by kr_id order by as_of_date desc) = 1
),

parts as (
    select part_of, count(*) as part_count
    from okr.key_results
    where known_to is null and part_of is not null
    group by part_of
)

select
    key_results.kr_id,
    key_results.objective_id,
    key_results.role,
    key_results.title,
    key_results.kind,
    key_results.unit,
    key_results.direction,
    key_results.target_written,
    key_results.weight,
    answers.as_of_date,
    answers.baseline,
    answers.value,
    answers.target,
    answers.n,
    answers.attainment,
    answers.expected,
    answers.status,
    answers.flag,
    answers.human_status,
    answers.human_status_on,
    answers.confidence,
    key_results.content,
    coalesce(parts.part_count, 0) as part_count,
    restated.kr_id is not null as is_restated,
from okr.key_results as key_results
left join answers on key_results.kr_id = answers.kr_id
left join parts on key_results.kr_id = parts.part_of
left join okr.restatements as restated
    on answers.kr_id = restated.kr_id
    and answers.as_of_date = restated.as_of_date
    and answers.revision = restated.revision
    and restated.is_material
where key_results.known_to is null and key_results.role <> 'part'
order by key_results.role = 'outcome', key_results.role = 'guardrail', key_results.kr_id
