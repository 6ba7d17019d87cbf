-- title = "Topics and their articles"
-- ---
-- One row is one topic in one month in which tickets on it came in, since the knowledge base is known. It is a gap
-- where the topic has no article and at least as many tickets as topics have on average.

with tickets as (
    select days.month, facts.topic, count(*) as ticket_count, sum(facts.is_gap) as gap_count
    from fact.documented as facts
    join core.days as days on facts.day = days.day
    cross join work.run as run
    where facts.day <= run.as_of_date
    group by days.month, facts.topic
),

article_days as (
    select days.month, articles.source, articles.article_id, articles.topic, articles.views
    from core.articles as articles
    join core.days as days on articles.day = days.day
    cross join work.run as run
    where articles.day <= run.as_of_date
),

known_articles as (
    select source, article_id, topic, min(month) as first_month
    from article_days
    group by source, article_id, topic
),

articles as (
    select tickets.month, tickets.topic, count(*) as article_count
    from tickets
    join known_articles on tickets.topic = known_articles.topic and tickets.month >= known_articles.first_month
    group by tickets.month, tickets.topic
),

readers as (
    select month, topic, sum(views) as views
    from article_days
    group by month, topic
),

compared as (
    select
        tickets.*,
        avg(tickets.ticket_count) over (partition by tickets.month) as mean_ticket_count,
        coalesce(articles.article_count, 0) as article_count,
        readers.views,
    from tickets
    left join articles on tickets.month = articles.month and tickets.topic = articles.topic
    left join readers on tickets.month = readers.month and tickets.topic = readers.topic
)

select
    month, topic, ticket_count, article_count,
    cast(views as bigint) as view_count,
    gap_count = ticket_count and ticket_count >= mean_ticket_count as is_gap,
from compared
order by month, topic
