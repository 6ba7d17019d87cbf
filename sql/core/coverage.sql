-- title = "Days that each source covers"
-- A source covers the days from its first opening up to its newest export.

select
    source,
    min(opened_date) as first_day,
    max(greatest(opened_date, coalesce(exported_date, opened_date))) as last_day,
from core.tickets
group by source
order by source
