-- title = "First resolution time"
-- question = "How long does it take until a problem is solved for the first time?"
-- unit = "seconds"
-- direction = "lower"
-- materialized = "view"
-- requires = "first_resolved_at"
-- [[kpis]]
-- statistic = "mean"
-- [[kpis]]
-- statistic = "median"
-- [[kpis]]
-- statistic = "p90"
-- ---
-- One row is the first solve of a ticket, on its day, whatever came after.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    first_resolved_date as day,
    first_resolved_date as counts_from,
    cast(null as date) as counts_until,
    first_resolution_calendar_seconds as calendar_seconds,
    first_resolution_business_seconds as business_seconds,
from core.tickets
where first_resolved_at is not null
