-- title = "From first to full resolution"
-- question = "How much longer does it take until a problem is solved for good?"
-- unit = "seconds"
-- direction = "lower"
-- materialized = "view"
-- requires = "first_resolved_at"
-- [[kpis]]
-- statistic = "mean"
-- [[kpis]]
-- statistic = "mean"
-- clock = "calendar"
-- name = "reopened"
-- where = { is_reopened = "1" }
-- title = "From first to full resolution of reopened tickets, mean (calendar)"
-- question = "How much longer does a reopened ticket take?"
-- [[kpis]]
-- statistic = "mean"
-- clock = "business"
-- name = "reopened"
-- where = { is_reopened = "1" }
-- title = "From first to full resolution of reopened tickets, mean (business)"
-- question = "How much longer does a reopened ticket take?"
-- ---
-- One row is one solve, until the ticket is reopened: the time from the first solve to this one, 0 for the first.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    gap_calendar_seconds as calendar_seconds,
    gap_business_seconds as business_seconds,
    case when gap_calendar_seconds > 0 then 1 else 0 end as is_reopened,
from fact.solves
where gap_calendar_seconds >= 0
