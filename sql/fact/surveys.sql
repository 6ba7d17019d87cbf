-- title = "Surveys collected"
-- question = "How many customers answer our surveys?"
-- unit = "surveys"
-- direction = "higher"
-- materialized = "view"
-- input = "surveys"
-- requires = "answered_at"
-- [[kpis]]
-- statistic = "count"
-- [[kpis]]
-- statistic = "per_business_day"
-- [[kpis]]
-- statistic = "count"
-- name = "comments"
-- column = "has_comment"
-- unit = "comments"
-- title = "Comments collected"
-- question = "How many customers write a comment?"
-- [[kpis]]
-- statistic = "per_business_day"
-- name = "comments"
-- column = "has_comment"
-- unit = "comments"
-- title = "Comments collected per day"
-- question = "How many customers write a comment on a day?"
-- [[kpis]]
-- statistic = "mean"
-- column = "csat"
-- scale = "csat"
-- title = "Customer satisfaction (CSAT), mean"
-- question = "How satisfied are customers, on the survey's own scale?"
-- [[kpis]]
-- statistic = "share"
-- column = "is_positive"
-- title = "Satisfied customers, share"
-- question = "What share of the customers gives one of the two best marks?"
-- [[kpis]]
-- statistic = "count"
-- column = "is_positive"
-- title = "Positive surveys"
-- question = "How many customers give one of the two best marks?"
-- [[kpis]]
-- statistic = "mean"
-- name = "nps"
-- column = "nps_points"
-- unit = "points"
-- min = -100.0
-- max = 100.0
-- title = "Net promoter score (NPS)"
-- question = "How many more customers recommend us than advise against us, out of a hundred?"
-- [[kpis]]
-- statistic = "share"
-- column = "is_promoter"
-- title = "Promoters, share"
-- question = "What share of the customers recommends us?"
-- [[kpis]]
-- statistic = "share"
-- column = "is_effectively_resolved"
-- title = "Problem effectively resolved, share"
-- question = "What share of the customers calls the problem really solved?"
-- [[kpis]]
-- statistic = "share"
-- column = "is_friendly"
-- title = "Friendly replies, share"
-- question = "What share of the customers calls our replies friendly?"
-- [[kpis]]
-- statistic = "share"
-- column = "is_felt_heard"
-- title = "Felt heard, share"
-- question = "What share of the customers felt heard?"
-- ---
-- One row is one answered survey, on the day of the answer. Null: this question was not answered.

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    answered_date as day,
    answered_date as counts_from,
    cast(null as date) as counts_until,
    1 as value,
    survey_id,
    cast(has_comment as integer) as has_comment,
    cast(csat as decimal(18, 9)) as csat,
    nps_points,
    cast(is_positive as integer) as is_positive,
    cast(is_promoter as integer) as is_promoter,
    cast(is_effectively_resolved as integer) as is_effectively_resolved,
    cast(is_friendly as integer) as is_friendly,
    cast(is_felt_heard as integer) as is_felt_heard,
from core.surveys
where answered_at is not null
