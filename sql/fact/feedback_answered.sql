-- title = "Feedback answered"
-- question = "What share of the feedback that customers give do we answer?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- input = "surveys"
-- requires = "replied_at"
-- [[kpis]]
-- statistic = "share"
-- ---
-- One row is what is known of one customer's feedback, on the day it was given: 0 until we answer it, 1 from then on.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    answered_date as day,
    answered_date as counts_from,
    replied_date as counts_until,
    0 as value,
from core.surveys as surveys
semi join core.feeds as feeds on surveys.source = feeds.source and feeds.measure = 'feedback_answered'
where answered_at is not null
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    answered_date as day,
    replied_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
from core.surveys
where answered_at is not null and replied_at is not null
