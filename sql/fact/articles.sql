-- title = "Knowledge base"
-- question = "How often are articles read?"
-- unit = "views"
-- direction = "higher"
-- materialized = "view"
-- input = "articles"
-- [[kpis]]
-- statistic = "sum"
-- name = "views"
-- [[kpis]]
-- statistic = "rate"
-- name = "helpful"
-- column = "helpful_votes"
-- per = "vote_count"
-- unit = "share"
-- title = "Articles called helpful, share"
-- question = "What share of the votes calls an article helpful?"
-- [[kpis]]
-- statistic = "rate"
-- name = "still_needed_a_ticket"
-- column = "tickets_after_view"
-- per = "viewed_count"
-- unit = "share"
-- direction = "lower"
-- title = "Views that still needed a ticket, share"
-- question = "How often does somebody open a ticket after reading?"
-- [[kpis]]
-- statistic = "ratio"
-- name = "views_per_ticket"
-- numerator = "articles_views_sum"
-- denominator = "tickets_opened_count"
-- unit = "views per ticket"
-- title = "Self-service ratio"
-- question = "How many articles are read per ticket that comes in?"
-- ---
-- One row is one article on one day. Null: the export does not say.

select
    source,
    cast(null as varchar) as ticket_id,
    'unknown' as channel, topic, 'unknown' as priority, 'unknown' as team, 'unknown' as agent, 'unknown' as segment,
    day,
    day as counts_from,
    cast(null as date) as counts_until,
    views as value,
    article_id,
    helpful_votes,
    helpful_votes + unhelpful_votes as vote_count,
    tickets_after_view,
    case when tickets_after_view is not null then views end as viewed_count,
from core.articles
