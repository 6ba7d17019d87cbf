-- title = "Tickets whose figures disagree"
-- question = "Which tickets have figures that are furthest from ours?"
-- ---
-- One row is one figure that neither agrees nor differs by rounding: per source and cause so many, furthest apart
-- first; 0: all.

select source, ticket_id, measure, clock, ours_seconds, theirs_seconds, difference_seconds, cause
from core.reconciliation
where ($source is null or source = $source) and cause not in ('agrees', 'rounding')
qualify
    $most = 0
    or row_number() over (
        partition by source, cause
        order by abs(difference_seconds) desc nulls last, ticket_id, measure, clock
    ) <= $most
order by source, cause, abs(difference_seconds) desc nulls last, ticket_id, measure, clock
