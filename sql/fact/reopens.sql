-- title = "Reopen events"
-- question = "How many times was a solved ticket opened again?"
-- unit = "reopenings"
-- direction = "lower"
-- materialized = "view"
-- requires = "reopen_count"
-- [[kpis]]
-- statistic = "count"
-- ---
-- One row is one known reopening, on the day it happened: each of a folded history, and the last of a snapshot.

select
    changes.source, changes.ticket_id,
    tickets.channel, tickets.topic, tickets.priority, tickets.team, tickets.agent, tickets.segment,
    changes.reopened_date as day,
    changes.reopened_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
from core.status_changes as changes
join core.tickets as tickets on changes.source = tickets.source and changes.ticket_id = tickets.ticket_id
where changes.reopened_date is not null
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    reopened_date as day,
    reopened_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
from core.tickets
where reopened_date is not null and not is_folded
