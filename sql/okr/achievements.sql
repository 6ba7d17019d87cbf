-- title = "What was reached, and when"
-- question = "Which key results got half way, the whole way, or back on track after a setback?"
-- materialized = "view"
-- ---
-- Half and whole way: the first day on which an improvement, a milestone plan or an all_of was that far, once a tenth
-- of its window is over; what is only met or not met is reached when its window closes. Recovered: the first day on
-- track after one off track, of all but reach: what is only met or not met has no way to lose.

with scored as (
    select
        latest.kr_id, key_results.objective_id, latest.as_of_date, latest.attainment, latest.status, key_results.kind,
        0.5 as half_way_share,
        max(case when latest.status = 'off_track' then latest.as_of_date end) over before as off_track_on,
        max(case when latest.status = 'on_track' then latest.as_of_date end) over before as on_track_on,
    from okr.latest as latest
    join okr.key_results as key_results on latest.kr_id = key_results.kr_id and key_results.known_to is null
    where latest.attainment is not null and latest.status <> 'too_early' and key_results.role <> 'part'
    window before as (
        partition by latest.kr_id order by latest.as_of_date rows between unbounded preceding and 1 preceding
    )
),

reached as (
    select kr_id, objective_id, as_of_date, attainment, 'half_way' as achieved,
    from scored
    where attainment >= half_way_share and kind in ('improve', 'milestone', 'all_of')
    union all
    select kr_id, objective_id, as_of_date, attainment, 'whole_way' as achieved,
    from scored
    where attainment >= 1 and (kind in ('improve', 'milestone', 'all_of') or status = 'closed_met')
),

firsts as (
    select kr_id, objective_id, achieved, min(as_of_date) as as_of_date,
    from reached
    group by kr_id, objective_id, achieved
)

select firsts.kr_id, firsts.objective_id, firsts.achieved, firsts.as_of_date, scored.attainment,
from firsts
join scored on firsts.kr_id = scored.kr_id and firsts.as_of_date = scored.as_of_date
union all
select kr_id, objective_id, 'recovered' as achieved, as_of_date, attainment,
from scored
where
    status = 'on_track'
    and kind <> 'reach'
    and off_track_on is not null
    and coalesce(on_track_on < off_track_on, true)
