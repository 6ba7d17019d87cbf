-- title = "Solved without help"
-- question = "What share of the solved tickets needed neither escalation nor approval?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- requires = "escalated_at"
-- [[kpis]]
-- statistic = "share"
-- ---
-- One row is one solve, on its day, until the ticket is reopened: 0 where it had been escalated by then or had waited
-- for an approval, else 1. Where the source tells of approvals, but not of this ticket's, nobody knows: no row.

select
    solves.source, solves.ticket_id, solves.channel, solves.topic, solves.priority, solves.team, solves.agent,
    solves.segment,
    solves.day,
    solves.counts_from,
    solves.counts_until,
    case when solves.escalated_date <= solves.day or solves.approval_wait_seconds > 0 then 0 else 1 end as value,
from fact.solves as solves
semi join core.feeds as feeds on solves.source = feeds.source and feeds.measure = 'autonomy'
left join core.feeds as approvals on solves.source = approvals.source and approvals.measure = 'approval_wait'
where solves.approval_wait_seconds is not null
    or approvals.source is null
    or solves.escalated_date <= solves.day
