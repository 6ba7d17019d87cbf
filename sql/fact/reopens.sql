-- title     = "Reopen events"
-- question  = "How many times was a solved ticket opened again?"
-- unit      = "reopenings"
-- direction = "lower"
-- as        = "view"
-- told_by   = "reopen_count"
-- kpis      = ["count"]
-- One row is one known reopening, on the day it happened.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    counts_until as day,
    counts_until as counts_from,
    cast(null as date) as counts_until,
    1 as value,
from fact.solves
where reopened_at is not null
