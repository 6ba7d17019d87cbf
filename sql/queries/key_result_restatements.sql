-- title = "Restated days of key results"
-- question = "Of which days was something else said before, and from what to what?"
-- ---
-- One row is one key result, instant and cause, the newest first: its restated days, and the newest of them before and
-- after.

select
    kr_id,
    known_from,
    cause,
    min(as_of_date) as first_day,
    max(as_of_date) as last_day,
    count(*) as day_count,
    max_by(old_attainment, as_of_date) as old_attainment,
    max_by(new_attainment, as_of_date) as new_attainment,
    max_by(old_status, as_of_date) as old_status,
    max_by(new_status, as_of_date) as new_status,
from okr.restatements
where kr_id is not null and as_of_date <= $as_of
group by kr_id, known_from, cause
order by kr_id, known_from desc, cause
