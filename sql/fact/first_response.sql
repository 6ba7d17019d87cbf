-- title = "First response time"
-- question = "How long does a customer wait for the first human answer?"
-- unit = "seconds"
-- direction = "lower"
-- materialized = "view"
-- requires = "first_response_at"
-- [[kpis]]
-- statistic = "mean"
-- [[kpis]]
-- statistic = "median"
-- [[kpis]]
-- statistic = "p90"
-- [[kpis]]
-- statistic = "share_within"
-- limit = "1h"
-- ---
-- One row is one ticket that got a human answer, on the day of its first.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    first_response_date as day,
    first_response_date as counts_from,
    cast(null as date) as counts_until,
    first_response_calendar_seconds as calendar_seconds,
    first_response_business_seconds as business_seconds,
from core.tickets
where first_response_at is not null
