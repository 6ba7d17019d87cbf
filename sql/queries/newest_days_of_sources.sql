-- title = "Newest days of the sources"
-- question = "How far do the sources reach?"
-- ---
-- One row is one day on which sources end, the newest first: a source whose inputs all reach the same day is named
-- once, else each day with the inputs that end there.

with reached as (
    select source, last_day, string_agg(input, ' and ' order by input) as inputs
    from core.coverage
    group by source, last_day
),

named as (
    select
        last_day,
        case when count(*) over (partition by source) > 1 then source || ' ' || inputs else source end as name,
    from reached
)

select string_agg(name, ', ' order by name) as names, last_day
from named
group by last_day
order by last_day desc
