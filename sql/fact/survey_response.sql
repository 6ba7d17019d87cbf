-- title = "Surveys answered"
-- question = "What share of the surveys that we send is answered?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- input = "surveys"
-- requires = "sent_at"
-- [[kpis]]
-- statistic = "share"
-- title = "Survey response rate"
-- ---
-- One row is what is known of one survey, on the day it was sent: 0 until it is answered, 1 from then on.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    sent_date as day,
    sent_date as counts_from,
    answered_date as counts_until,
    0 as value,
from core.surveys
where sent_at is not null
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    sent_date as day,
    answered_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
from core.surveys
where sent_at is not null and answered_at is not null
