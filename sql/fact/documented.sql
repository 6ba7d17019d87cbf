-- title = "Tickets on documented topics"
-- question = "What share of the tickets is about a topic on which the knowledge base has an article?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- first_day_sql = "(select min(day) from core.articles where topic <> 'unknown')"
-- [[kpis]]
-- statistic = "share"
-- [[kpis]]
-- statistic = "count"
-- column = "is_gap"
-- unit = "tickets"
-- direction = "lower"
-- title = "Tickets in knowledge gaps"
-- question = "How many tickets come in on topics without an article?"
-- ---
-- One row is one ticket with a topic, opened since the knowledge base is known: 1 where an article on its topic was
-- known by that day.

with articles as (
    select topic, min(day) as first_day from core.articles where topic <> 'unknown' group by topic
),

knowledge_base as (
    select min(day) as first_day from core.articles where topic <> 'unknown'
)

select
    source, ticket_id, channel, tickets.topic, priority, team, agent, segment,
    opened_date as day,
    opened_date as counts_from,
    cast(null as date) as counts_until,
    case when articles.first_day <= opened_date then 1 else 0 end as value,
    case when articles.first_day <= opened_date then 0 else 1 end as is_gap,
from core.tickets as tickets
join knowledge_base on tickets.opened_date >= knowledge_base.first_day
left join articles on tickets.topic = articles.topic
where tickets.topic <> 'unknown'
