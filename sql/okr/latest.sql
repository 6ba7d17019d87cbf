-- title = "Newest answer per key result and day"
-- as    = "view"

with newest as (
    select kr_id, as_of_date, max(revision) as revision from okr.attainment group by kr_id, as_of_date
)

select attainment.*
from okr.attainment as attainment
join newest
    on attainment.kr_id = newest.kr_id
    and attainment.as_of_date = newest.as_of_date
    and attainment.revision = newest.revision
