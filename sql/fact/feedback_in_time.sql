-- title = "Feedback answered within 24 hours"
-- question = "What share of the feedback is answered within 24 hours?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- input = "surveys"
-- requires = "replied_at"
-- [[kpis]]
-- statistic = "share"
-- ---
-- One row is one verdict; see fact.verdicts.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    value,
from fact.verdicts
where promise = 'feedback_in_time'
