-- title = "Opinions that stand in ticket exports"
-- ---
-- One row is one ticket whose newest row carries the customer's mark, as a survey: answered when the export says so,
-- else on the solve that it is about, else at the closing. Without any of these it has no day, and is not counted.
-- A survey of its own knows more: any one under the ticket's id, and one about the ticket in which the mark is given.

with newest as (
    select
        source, ticket_id, desk_time_zone, channel, topic, priority, team, agent, segment, customer_key,
        csat, csat_is_best, rated_at, has_comment, updated_at, exported_at, file_id, row_number,
    from landing.ticket_rows
    where csat is not null or csat_is_best is not null
    union all
    select
        source, ticket_id, desk_time_zone, channel, topic, priority, team, agent, segment, customer_key,
        csat, csat_is_best, rated_at, has_comment, updated_at, exported_at, file_id, row_number,
    from landing.event_rows
    where csat is not null or csat_is_best is not null
),

opinions as (
    select source, survey_id as ticket_id from work.survey_deliveries
    union
    select source, ticket_id
    from work.survey_deliveries
    where delivery = 1 and ticket_id is not null and (csat is not null or csat_is_best is not null)
)

select
    newest.*,
    coalesce(newest.rated_at, tickets.resolved_at, tickets.first_resolved_at, tickets.closed_at) as answered_at,
from newest
join core.tickets as tickets
    on newest.source = tickets.source and newest.ticket_id = tickets.ticket_id
    and newest.file_id = tickets.file_id and newest.row_number = tickets.row_number
anti join opinions on newest.source = opinions.source and newest.ticket_id = opinions.ticket_id
order by newest.source, newest.ticket_id
