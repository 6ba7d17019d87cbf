-- title = "SLA met, by the helpdesk's own verdict"
-- question = "What share of the solved tickets does the helpdesk itself call in time?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- requires = "sla_met_by_source"
-- [[kpis]]
-- statistic = "share"
-- ---
-- One row is one solve, on its day, until the ticket is reopened, with the verdict of the ticket's newest version.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    cast(sla_met_by_source as integer) as value,
from fact.solves
where sla_met_by_source is not null
