-- title = "Solved by the chatbot"
-- question = "What share of the solved chatbot tickets needed no human?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- requires = ["channel = 'chatbot'", "first_response_at"]
-- [[kpis]]
-- statistic = "share"
-- ---
-- One row is one solve of a ticket in the channel chatbot, on its day, until it is reopened: 1 where no human had
-- answered by then.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    counts_from,
    counts_until,
    case when first_response_date <= day or reply_count > 0 then 0 else 1 end as value,
from fact.solves
where channel = 'chatbot'
