-- title = "Key results with what follows from them"
-- question = "What is known of each key result beyond its line in the scorecard?"
-- ---
-- One row is one key result, guardrail, outcome or part, with its newest answer up to a day; every number is in the
-- unit of the KPI.

with working as (
    select
        case
            when bool_or(unit like '% per calendar day') then ' per calendar day'
            else ' per business day'
        end as per_day,
    from kpi.catalogue
),

answers as (
    select *
    from okr.pace
    where as_of_date <= $as_of
    qualify row_number() over (partition by kr_id order by as_of_date desc) = 1
)

select
    key_results.kr_id,
    key_results.part_of,
    key_results.title,
    coalesce(key_results.owner, objectives.owner) as owner,
    key_results.kpi_id,
    catalogue.title as kpi_title,
    catalogue.question,
    key_results.filter,
    case
        when catalogue.statistic in ('count', 'sum') then catalogue.unit || working.per_day
        else coalesce(catalogue.unit, key_results.unit)
    end as unit,
    key_results.window_start,
    key_results.window_end,
    key_results.over,
    key_results.min_n,
    key_results.weight,
    key_results.version,
    key_results.baseline_written,
    key_results.target_written,
    key_results.content,
    answers.status,
    answers.attainment,
    answers.cause,
    answers.needed_from_here as needed,
    answers.needed_note,
    answers.projected,
    answers.projected_low,
    answers.projected_high,
    answers.value_low,
    answers.value_high,
    answers.budget,
    answers.burn,
    answers.comment,
    coalesce(answers.is_provisional, false) as is_provisional,
    realism.asked_move,
    realism.asked_days,
    realism.best_move,
    realism.was_seen,
from okr.key_results as key_results
cross join working
join okr.objectives as objectives
    on key_results.objective_id = objectives.objective_id and objectives.known_to is null
left join kpi.catalogue as catalogue on key_results.kpi_id = catalogue.kpi_id
left join answers on key_results.kr_id = answers.kr_id
left join okr.realism as realism on key_results.kr_id = realism.kr_id
where key_results.known_to is null
order by key_results.kr_id
