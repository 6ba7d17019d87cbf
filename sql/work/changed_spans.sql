-- title = "Days on which facts have other rows than they were published with"
-- ---
-- One row is one stretch of days of one fact, first and last inclusive: rows on these days came, went, changed, or
-- began or ceased to count; of a stock, others stand in it at their close. A row that ends before it begins is on no
-- day. Empty where a run computes everything.

with moves as (
    select fact, row_hash, first_day as day, side as delta from work.fact_rows where first_day < until
    union all
    select fact, row_hash, until as day, -side as delta from work.fact_rows where first_day < until
),

by_day as (
    select fact, row_hash, day, sum(delta) as delta from moves group by fact, row_hash, day
),

standing as (
    select
        fact,
        day as first_day,
        lead(day) over (partition by fact, row_hash order by day) as until,
        sum(delta) over (partition by fact, row_hash order by day) as difference,
    from by_day
    where delta <> 0
)

select distinct fact, first_day, until - 1 as last_day
from standing
where difference <> 0
order by fact, first_day, last_day
