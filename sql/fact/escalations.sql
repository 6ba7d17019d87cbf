-- title     = "Escalations"
-- question  = "How many tickets are escalated, and why?"
-- unit      = "escalations"
-- direction = "lower"
-- as        = "view"
-- told_by   = "escalated_at"
-- kpis      = ["count"]
-- One row is the first escalation of a ticket, on the day it happened.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    escalated_date as day,
    escalated_date as counts_from,
    cast(null as date) as counts_until,
    escalation_reason,
    1 as value,
from core.tickets
where escalated_at is not null
