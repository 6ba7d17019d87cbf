-- title = "Whole days of sources of tickets"
-- question = "Which days does each source of tickets cover from midnight to midnight?"
-- ---
-- One row is one source with its first and its newest such day, up to a day.

with covered as (
    select source, first_day + 1 as first_whole_day, least(last_day - 1, $as_of) as newest_whole_day, first_day
    from core.coverage
    where input = 'tickets'
)

select source, first_whole_day, newest_whole_day
from covered
where newest_whole_day > first_day
order by source
