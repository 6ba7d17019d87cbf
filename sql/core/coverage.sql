-- title = "Days that each source covers"
-- A source covers the days from its first opening up to its newest export, whatever that export held.

with days as (
    select
        source,
        min(opened_date) as first_day,
        max(greatest(opened_date, coalesce(exported_date, opened_date))) as last_day,
    from core.tickets
    group by source
),

exports as (
    select source, max(exported_date) as last_day from landing.files where status = 'loaded' group by source
)

select days.source, 'tickets' as input, days.first_day, greatest(days.last_day, coalesce(exports.last_day, days.last_day)) as last_day,
from days
left join exports on days.source = exports.source
order by days.source
