-- title = "First responses in time, by the helpdesk's own verdict"
-- question = "What share of the first responses does the helpdesk itself call in time?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- requires = ["first_response_at", "first_response_sla_met_by_source"]
-- [[kpis]]
-- statistic = "share"
-- ---
-- One row is one first response, on its day, with the verdict of the ticket's newest version.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    first_response_date as day,
    first_response_date as counts_from,
    cast(null as date) as counts_until,
    cast(first_response_sla_met_by_source as integer) as value,
from core.tickets
where first_response_at is not null and first_response_sla_met_by_source is not null
