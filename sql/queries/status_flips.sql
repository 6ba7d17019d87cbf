-- title = "Statuses that are another now"
-- question = "Which statuses are another than an earlier generation said?"
-- ---
-- One row is one key result, guardrail, outcome or objective: what was said of its newest day up to one, at an instant,
-- beside what is said now up to another.

with answers as (
    select kr_id as what, false as is_objective, as_of_date, status, known_from, known_to
    from okr.attainment
    union all
    select objective_id as what, true as is_objective, as_of_date, status, known_from, known_to
    from okr.objective_attainment
),

before as (
    select what, is_objective, status
    from answers
    where as_of_date <= $before and known_from <= $known_at and (known_to is null or known_to > $known_at)
    qualify row_number() over (partition by is_objective, what order by as_of_date desc) = 1
),

after as (
    select what, is_objective, status
    from answers
    where as_of_date <= $as_of and known_to is null
    qualify row_number() over (partition by is_objective, what order by as_of_date desc) = 1
),

titles as (
    select kr_id as what, false as is_objective, title
    from okr.key_results
    where known_to is null and role <> 'part'
    union all
    select objective_id as what, true as is_objective, title
    from okr.objectives
    where known_to is null
)

select titles.is_objective, titles.what, titles.title, before.status as old_status, after.status as new_status
from titles
join before on titles.what = before.what and titles.is_objective = before.is_objective
join after on titles.what = after.what and titles.is_objective = after.is_objective
where before.status is distinct from after.status
order by titles.is_objective, titles.what
