-- title = "Escalations"
-- question = "How many tickets are escalated, and why?"
-- unit = "escalations"
-- direction = "lower"
-- materialized = "view"
-- requires = "escalated_at"
-- [[kpis]]
-- statistic = "count"
-- [[kpis]]
-- statistic = "count"
-- name = "unsure"
-- where = { escalation_reason = "unsure" }
-- title = "Escalations because unsure"
-- question = "How often is a ticket handed up because the agent was not sure?"
-- [[kpis]]
-- statistic = "count"
-- name = "missing_documentation"
-- where = { escalation_reason = "missing_documentation" }
-- title = "Escalations for want of documentation"
-- question = "How often is a ticket handed up because nothing is written down?"
-- [[kpis]]
-- statistic = "count"
-- name = "missing_authority"
-- where = { escalation_reason = "missing_authority" }
-- title = "Escalations for want of authority"
-- question = "How often is a ticket handed up because the agent may not decide?"
-- [[kpis]]
-- statistic = "count"
-- name = "technical"
-- where = { escalation_reason = "technical" }
-- title = "Technical escalations"
-- question = "How often does a ticket need a specialist?"
-- [[kpis]]
-- statistic = "count"
-- name = "customer_request"
-- where = { escalation_reason = "customer_request" }
-- title = "Escalations at the customer's request"
-- question = "How often does the customer ask for somebody else?"
-- [[kpis]]
-- statistic = "count"
-- name = "other"
-- where = { escalation_reason = "other" }
-- title = "Escalations for other reasons"
-- question = "How often is a ticket handed up for another reason?"
-- [[kpis]]
-- statistic = "count"
-- column = "is_avoidable"
-- title = "Avoidable escalations, number"
-- question = "How many escalations need not be: unsure, not written down, not allowed to decide?"
-- [[kpis]]
-- statistic = "share"
-- column = "is_avoidable"
-- title = "Avoidable escalations, share"
-- question = "What share of the escalations need not be: unsure, not written down, not allowed to decide?"
-- ---
-- One row is the first escalation of a ticket, on the day it happened. Without a reason nobody knows whether it was
-- avoidable: null.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    escalated_date as day,
    escalated_date as counts_from,
    cast(null as date) as counts_until,
    escalation_reason,
    case
        when escalation_reason in ('unsure', 'missing_documentation', 'missing_authority') then 1
        when escalation_reason is not null then 0
    end as is_avoidable,
    1 as value,
from core.tickets
where escalated_at is not null
