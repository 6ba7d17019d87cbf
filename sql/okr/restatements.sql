-- title = "Every reported number that moved"
-- question = "Which numbers changed after they were reported, from what to what, and why?"
-- materialized = "view"
-- ---
-- An answer beside the one that it replaced, about the same day. Material: the status flipped, attainment came or went,
-- or it moved by a hundredth.

with answers as (
    select
        kr_id as what, objective_id, kr_id, as_of_date, revision, value, baseline, target,
        attainment, status, cause, known_from,
    from okr.attainment
    union all
    select
        objective_id as what, objective_id, cast(null as varchar) as kr_id, as_of_date, revision,
        cast(null as double) as value, cast(null as double) as baseline, cast(null as double) as target,
        attainment, status, cause, known_from,
    from okr.objective_attainment
),

compared as (
    select
        *,
        lag(value) over replaced as old_value,
        lag(baseline) over replaced as old_baseline,
        lag(target) over replaced as old_target,
        lag(attainment) over replaced as old_attainment,
        lag(status) over replaced as old_status,
        cast(attainment as decimal(18, 9)) - cast(old_attainment as decimal(18, 9)) as moved_by,
        0.01 as material_share,
    from answers
    window replaced as (partition by what, kr_id is null, as_of_date order by revision)
)

select
    objective_id,
    kr_id,
    as_of_date,
    revision,
    old_value,
    value as new_value,
    old_baseline,
    baseline as new_baseline,
    old_target,
    target as new_target,
    old_attainment,
    attainment as new_attainment,
    old_status,
    status as new_status,
    cause,
    (
        old_status <> status
        or (old_attainment is null) <> (attainment is null)
        or coalesce(abs(moved_by) >= material_share, false)
    ) as is_material,
    known_from,
from compared
where revision > 1
