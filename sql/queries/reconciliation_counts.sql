-- title = "Sources' own figures beside ours"
-- question = "How many of the sources' own figures agree with ours, and where do the others lead?"
-- ---
-- One row is one measure of a source (of all, where none is named) on one clock.

select
    source,
    measure,
    clock,
    count(*) as n,
    count(difference_seconds) as both_known,
    cast(median(abs(difference_seconds)) as double) as median_seconds,
    max(abs(difference_seconds)) as largest_seconds,
    count(*) filter (where cause = 'schedule' and ours_seconds is null) as without_hours,
    count(*) filter (where cause = 'missing' and ours_seconds is null) as ours_missing,
    count(*) filter (where cause = 'missing' and theirs_seconds is null) as theirs_missing,
    count(*) filter (where cause = 'missing') as missing,
    count(*) filter (where cause = 'agrees') as agrees,
    count(*) filter (where cause = 'rounding') as rounding,
    count(*) filter (where cause = 'reopened') as reopened,
    count(*) filter (where cause = 'time_zone') as time_zone,
    count(*) filter (where cause = 'schedule') as schedule,
    count(*) filter (where cause = 'unexplained') as unexplained,
from core.reconciliation
where $source is null or source = $source
group by source, measure, clock
