-- title     = "Surveys collected"
-- question  = "How many customers answer our surveys?"
-- unit      = "surveys"
-- direction = "higher"
-- as        = "view"
-- input     = "surveys"
-- told_by   = "answered_at"
-- kpis      = [
--   "count",
--   "per_business_day",
--   { of = "has_comment", name = "comments", statistic = "count", unit = "comments", title = "Comments collected", question = "How many customers write a comment?" },
--   { of = "has_comment", name = "comments", statistic = "per_business_day", unit = "comments", title = "Comments collected per day", question = "How many customers write a comment on a day?" },
--   { of = "csat", statistic = "mean", scale = "csat", title = "Customer satisfaction (CSAT), mean", question = "How satisfied are customers, on the survey's own scale?" },
--   { of = "is_positive", statistic = "share", title = "Satisfied customers, share", question = "What share of the customers gives one of the two best marks?" },
--   { of = "is_positive", statistic = "count", title = "Positive surveys", question = "How many customers give one of the two best marks?" },
--   { of = "nps_points", name = "nps", statistic = "mean", unit = "points", least = -100.0, most = 100.0, title = "Net promoter score (NPS)", question = "How many more customers recommend us than advise against us, out of a hundred?" },
--   { of = "is_promoter", statistic = "share", title = "Promoters, share", question = "What share of the customers recommends us?" },
--   { of = "is_effectively_resolved", statistic = "share", title = "Problem effectively resolved, share", question = "What share of the customers calls the problem really solved?" },
--   { of = "is_friendly", statistic = "share", title = "Friendly replies, share", question = "What share of the customers calls our replies friendly?" },
--   { of = "is_felt_heard", statistic = "share", title = "Felt heard, share", question = "What share of the customers felt heard?" },
-- ]
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
