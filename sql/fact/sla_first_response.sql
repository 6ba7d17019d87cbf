-- title     = "First response within SLA"
-- question  = "What share of the first responses due was given in time?"
-- unit      = "share"
-- direction = "higher"
-- as        = "view"
-- told_by   = ["first_response_at", "first_response_due_at"]
-- kpis      = [
--   "share",
--   { of = "is_breached", statistic = "count", unit = "tickets", direction = "lower", title = "First response within SLA, breaches", question = "How many first responses came too late or are overdue?" },
-- ]
-- One row is one verdict; see fact.verdicts.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    value,
    is_breached,
from fact.verdicts
where promise = 'sla_first_response'
