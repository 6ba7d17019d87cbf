-- title = "What was promised, and what became of it"
-- materialized = "view"
-- ---
-- One row is one promise to a customer that has a day on which it falls due: a first response, a resolution (the first
-- solve) or an answer to feedback; promise is the measure that judges it. Nobody waits for it any more from
-- released_date on: it was kept, or it was solved otherwise. is_waived: solved before it fell due, so that it needed no
-- first response. Solved at an instant that nobody knows: no row. last_day is the last one that the source covers.

with promises as (
    select
        source, ticket_id, channel, topic, priority, team, agent, segment,
        'sla_first_response' as promise,
        opened_date as given_date,
        first_response_due_date as due_date,
        first_response_date as done_date,
        least(first_response_date, coalesce(first_resolved_date, resolved_date)) as released_date,
        first_response_sla_met as is_met,
        coalesce(coalesce(first_resolved_at, resolved_at) <= first_response_due_at, false)
        and coalesce(not first_response_sla_met, true) as is_waived,
    from core.tickets
    where (first_response_at is not null or resolved_at is not null or status not in ('solved', 'closed'))
        and (first_response_at is not null or first_resolved_at is not null or coalesce(reopen_count, 0) = 0)
    union all
    select
        source, ticket_id, channel, topic, priority, team, agent, segment,
        'sla_resolution' as promise,
        opened_date as given_date,
        resolution_due_date as due_date,
        coalesce(first_resolved_date, resolved_date) as done_date,
        coalesce(first_resolved_date, resolved_date) as released_date,
        resolution_sla_met as is_met,
        false as is_waived,
    from core.tickets
    where (resolved_at is not null or status not in ('solved', 'closed'))
        and (first_resolved_at is not null or coalesce(reopen_count, 0) = 0)
    union all
    select
        source, ticket_id, channel, topic, priority, team, agent, segment,
        'feedback_in_time' as promise,
        answered_date as given_date,
        feedback_due_date as due_date,
        replied_date as done_date,
        replied_date as released_date,
        replied_within_24_hours as is_met,
        false as is_waived,
    from core.surveys
)

select promises.*, feeds.last_day
from promises
join core.feeds as feeds on promises.source = feeds.source and promises.promise = feeds.measure
where due_date is not null
