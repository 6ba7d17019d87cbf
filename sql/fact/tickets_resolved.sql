-- title     = "Tickets resolved"
-- question  = "How many tickets are solved and stay solved?"
-- unit      = "tickets"
-- direction = "higher"
-- as        = "view"
-- kpis      = ["count", "per_business_day"]
-- One row is one solve, on its day, until the ticket is reopened: as of any day a ticket counts once, on its last solve.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    1 as value,
from fact.solves
