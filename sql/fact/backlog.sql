-- title = "Backlog"
-- question = "How many tickets are waiting to be solved at the close of a day?"
-- unit = "tickets"
-- direction = "lower"
-- materialized = "view"
-- type = "stock"
-- [[kpis]]
-- statistic = "closing"
-- [[kpis]]
-- statistic = "median_age"
-- question = "How many days old is the middle one of the unsolved tickets?"
-- [[kpis]]
-- statistic = "older_than"
-- limit = "7d"
-- question = "How many unsolved tickets are older than a week?"
-- [[kpis]]
-- statistic = "older_than"
-- limit = "30d"
-- question = "How many unsolved tickets are older than 30 days?"
-- [[kpis]]
-- statistic = "ratio"
-- name = "days_to_clear"
-- numerator = "backlog_closing"
-- denominator = "tickets_resolved_per_business_day"
-- unit = "days"
-- title = "Days to clear the backlog"
-- question = "How many days would it take to solve what is waiting, at the pace of the period?"
-- ---
-- One row is one stretch of a ticket without a solution: from its opening, or from its reopening, until its next solve.
-- Where a snapshot hides the solves in between, it is one stretch from the opening to the last solve. A ticket that was
-- solved at an instant that nobody knows has none.

with folded as (
    select
        tickets.source, tickets.ticket_id, changes.unsolved_date,
        lead(changes.solved_date) over (
            partition by tickets.source, tickets.ticket_id order by changes.change_number
        ) as solved_next_date,
        tickets.channel, tickets.topic, tickets.priority, tickets.team, tickets.agent, tickets.segment,
        tickets.opened_date,
    from core.status_changes as changes
    join core.tickets as tickets on changes.source = tickets.source and changes.ticket_id = tickets.ticket_id
)

select
    tickets.source, tickets.ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    opened_date as counts_from,
    changes.solved_date as counts_until,
    1 as value,
from core.tickets as tickets
left join core.status_changes as changes
    on tickets.source = changes.source and tickets.ticket_id = changes.ticket_id and changes.change_number = 1
where is_folded and (resolved_at is not null or status not in ('solved', 'closed'))
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    unsolved_date as counts_from,
    solved_next_date as counts_until,
    1 as value,
from folded
where unsolved_date is not null
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    opened_date as counts_from,
    case when reopen_count > 0 and history_known then first_resolved_date else resolved_date end as counts_until,
    1 as value,
from core.tickets
where not is_folded and (resolved_at is not null or status not in ('solved', 'closed'))
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    reopened_date as counts_from,
    resolved_date as counts_until,
    1 as value,
from core.tickets
where reopen_count > 0 and history_known and not is_folded
