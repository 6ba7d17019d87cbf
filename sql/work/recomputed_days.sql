-- title = "Periods that a run computes, day by day"
-- ---
-- One row is one day of one period of one measure. A run that computes everything computes all of them; an incremental
-- one whole months, with the weeks and quarters that reach into them: the months in which rows of the measure's fact
-- are others, or a day is covered or complete that was not (or the other way round), and all months of a measure that
-- is whole. Measures that a ratio ties together are computed together.

with sides as (
    select 1 as side, measure, scope, scope_member, grain, period_start, first_covered_day, business_days, known_day
    from work.periods
    union all
    select -1 as side, measure, scope, scope_member, grain, period_start, first_covered_day, business_days, known_day
    from work.previous_periods
),

covered_otherwise as (
    select sides.measure, sides.period_start as day
    from sides
    join work.measures as measures on sides.measure = measures.measure
    where sides.grain = 'day' and not measures.is_whole
    group by
        sides.measure, sides.scope, sides.scope_member, sides.period_start, sides.first_covered_day,
        sides.business_days, sides.period_start + cast(measures.maturity_days as integer) <= sides.known_day
    having sum(sides.side) <> 0
),

moved as (
    select measures.tied_to, days.month
    from work.changed_spans as spans
    join work.measures as measures on spans.fact = measures.fact
    join core.days as days on days.day between spans.first_day and spans.last_day
    union
    select measures.tied_to, days.month
    from covered_otherwise
    join work.measures as measures on covered_otherwise.measure = measures.measure
    join core.days as days on covered_otherwise.day = days.day
    union
    select measures.tied_to, days.month
    from work.measures as measures
    cross join core.days as days
    where measures.is_whole
),

periods as (
    select distinct measures.measure, grains.grain, grains.period_start
    from moved
    join work.measures as measures on moved.tied_to = measures.tied_to
    join work.grains as grains on moved.month = grains.month
)

select periods.measure, periods.grain, periods.period_start, grains.day
from periods
join work.grains as grains on periods.grain = grains.grain and periods.period_start = grains.period_start
order by periods.measure, periods.grain, periods.period_start, grains.day
