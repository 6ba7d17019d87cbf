-- title = "Periods of every grain"
-- ---
-- One row is one day, week, month or quarter that has begun by the day the run speaks of, for one measure and all of
-- its sources together (scope all) or one of them (scope source).

with scopes as (
    select
        measure, 'all' as scope, 'all' as scope_member,
        min(first_day) as first_day, max(last_day) as any_last_day, min(last_day) as all_last_day,
    from core.feeds
    group by measure
    union all
    select
        measure, 'source' as scope, source as scope_member,
        first_day, last_day as any_last_day, last_day as all_last_day,
    from core.feeds
)

select
    measure,
    scope,
    scope_member,
    grain,
    period_start,
    max(day) as period_end,
    min(case when day between first_day and any_last_day then day end) as first_covered_day,
    max(case when day between first_day and least(any_last_day, as_of_date) then day end) as last_covered_day,
    least(max(as_of_date), max(all_last_day)) as known_day,
    sum(case
        when is_business_day and day between first_day and least(any_last_day, as_of_date) then 1 else 0
    end) as business_days,
from work.grains
cross join work.run
cross join scopes
group by measure, scope, scope_member, grain, period_start
having period_start <= max(as_of_date) and max(day) >= max(first_day)
order by measure, scope, scope_member, grain, period_start
