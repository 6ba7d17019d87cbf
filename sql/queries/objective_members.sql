-- title = "What an objective is made of"
-- question = "Which members does this objective have, with which weight, and how far are they?"
-- ---
-- One row is one member with its newest answer up to a day; weight 0: it does not count.

with answers as (
    select 'key_result' as kind, kr_id as id, as_of_date, attainment, expected, status
    from okr.pace
    union all
    select 'objective' as kind, objective_id as id, as_of_date, attainment, expected, status
    from okr.objective_attainment
    where known_to is null
)

select
    cascade.member_id as id,
    cascade.member_kind,
    cascade.relation,
    coalesce(key_results.title, objectives.title) as title,
    case
        when cascade.relation in ('key_result', 'contributes') then coalesce(key_results.weight, objectives.weight)
        else 0
    end as weight,
    cascade.share,
    answers.attainment,
    answers.expected,
    coalesce(answers.status, 'not_started') as status,
from okr.cascade as cascade
left join okr.key_results as key_results
    on cascade.member_kind = 'key_result' and cascade.member_id = key_results.kr_id and key_results.known_to is null
left join okr.objectives as objectives
    on cascade.member_kind = 'objective'
    and cascade.member_id = objectives.objective_id
    and objectives.known_to is null
left join answers
    on cascade.member_kind = answers.kind and cascade.member_id = answers.id and answers.as_of_date <= $day
where cascade.objective_id = $objective_id and cascade.depth = 1
qualify
    row_number() over (
        partition by cascade.member_kind, cascade.member_id, cascade.relation order by answers.as_of_date desc
    ) = 1
order by
    cascade.relation = 'outcome',
    cascade.relation = 'supports',
    cascade.relation = 'guardrail',
    cascade.relation = 'contributes',
    id
