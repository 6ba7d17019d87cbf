-- title = "Solves"
-- materialized = "view"
-- ---
-- One row is one known solve: every one of a folded history, and of a snapshot those that it shows. The counters are
-- those of the ticket's newest version. The gap is the time from the first solve to this one; null: not known.

select
    changes.source, changes.ticket_id,
    tickets.channel, tickets.topic, tickets.priority, tickets.team, tickets.agent, tickets.segment,
    changes.solved_date as day,
    changes.solved_date as counts_from,
    changes.unsolved_date as counts_until,
    changes.solved_at,
    changes.reopened_at,
    changes.calendar_seconds,
    changes.business_seconds,
    changes.calendar_seconds - tickets.first_resolution_calendar_seconds as gap_calendar_seconds,
    changes.business_seconds - tickets.first_resolution_business_seconds as gap_business_seconds,
    tickets.opened_out_of_hours, tickets.origin_channel, tickets.first_response_date, tickets.escalated_date,
    tickets.reply_count, tickets.transfer_count, tickets.handle_seconds, tickets.wait_seconds,
    tickets.approval_wait_seconds, tickets.sla_met_by_source,
from core.status_changes as changes
join core.tickets as tickets on changes.source = tickets.source and changes.ticket_id = tickets.ticket_id
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    resolved_date as day,
    resolved_date as counts_from,
    cast(null as date) as counts_until,
    resolved_at as solved_at,
    cast(null as timestamp) as reopened_at,
    full_resolution_calendar_seconds as calendar_seconds,
    full_resolution_business_seconds as business_seconds,
    full_resolution_calendar_seconds - first_resolution_calendar_seconds as gap_calendar_seconds,
    full_resolution_business_seconds - first_resolution_business_seconds as gap_business_seconds,
    opened_out_of_hours, origin_channel, first_response_date, escalated_date,
    reply_count, transfer_count, handle_seconds, wait_seconds, approval_wait_seconds, sla_met_by_source,
from core.tickets
where resolved_at is not null and not is_folded
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    first_resolved_date as day,
    first_resolved_date as counts_from,
    reopened_date as counts_until,
    first_resolved_at as solved_at,
    reopened_at,
    first_resolution_calendar_seconds as calendar_seconds,
    first_resolution_business_seconds as business_seconds,
    0 as gap_calendar_seconds,
    case when first_resolution_business_seconds is not null then 0 end as gap_business_seconds,
    opened_out_of_hours, origin_channel, first_response_date, escalated_date,
    reply_count, transfer_count, handle_seconds, wait_seconds, approval_wait_seconds, sla_met_by_source,
from core.tickets
where reopen_count > 0 and history_known and not is_folded
