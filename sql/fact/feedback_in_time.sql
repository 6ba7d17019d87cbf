-- title     = "Feedback answered within 24 hours"
-- question  = "What share of the feedback is answered within 24 hours?"
-- unit      = "share"
-- direction = "higher"
-- as        = "view"
-- input     = "surveys"
-- told_by   = "replied_at"
-- kpis      = ["share"]
-- One row is one verdict: 1 on the day of an answer in time, 0 on the day the answer fell due and had not come. Not due
-- yet on the days that the source covers: no row.

with judged as (
    select surveys.*, feeds.last_day
    from core.surveys as surveys
    join core.feeds as feeds on surveys.source = feeds.source and feeds.measure = 'feedback_in_time'
    where answered_at is not null
)

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    replied_date as day,
    replied_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
from judged
where replied_within_24_hours
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    feedback_due_date as day,
    feedback_due_date as counts_from,
    cast(null as date) as counts_until,
    0 as value,
from judged
where replied_within_24_hours is distinct from true
    and feedback_due_date <= last_day
