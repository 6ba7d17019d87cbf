-- title = "Answer to feedback"
-- question = "How long do customers wait for an answer to their feedback?"
-- unit = "seconds"
-- direction = "lower"
-- materialized = "view"
-- input = "surveys"
-- requires = "replied_at"
-- [[kpis]]
-- statistic = "mean"
-- [[kpis]]
-- statistic = "median"
-- ---
-- One row is one answer to a customer's feedback, on its day.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    replied_date as day,
    replied_date as counts_from,
    cast(null as date) as counts_until,
    reply_calendar_seconds as calendar_seconds,
    reply_business_seconds as business_seconds,
from core.surveys
where answered_at is not null and replied_at is not null
