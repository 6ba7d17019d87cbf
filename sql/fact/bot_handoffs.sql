-- title = "IVR contacts handed to the chatbot"
-- question = "What share of the calls to the IVR goes on with the chatbot?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- requires = "origin_channel = 'ivr'"
-- [[kpis]]
-- statistic = "share"
-- [[kpis]]
-- statistic = "count"
-- unit = "tickets"
-- question = "How many calls to the IVR go on with the chatbot?"
-- ---
-- One row is one ticket that began in the IVR: 1 where the chatbot took it over.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    opened_date as day,
    opened_date as counts_from,
    cast(null as date) as counts_until,
    case when channel = 'chatbot' then 1 else 0 end as value,
from core.tickets
where origin_channel = 'ivr'
