-- title = "Reopened tickets"
-- question = "What share of the tickets solved on a day was opened again later?"
-- unit = "share"
-- direction = "lower"
-- materialized = "view"
-- requires = "reopen_count"
-- maturity_days = 7
-- [[kpis]]
-- statistic = "share"
-- [[kpis]]
-- statistic = "share"
-- column = "is_within_7_days"
-- title = "Reopened within 7 days, share"
-- question = "What share of the tickets solved on a day was opened again within a week?"
-- ---
-- One row is what is known of one solved ticket: 0 from its first solve until it is reopened, 1 from then on.
-- Where the day of the first solve is not known, the nearest later day that is: a reopening, or the last solve.
-- A ticket whose source says nothing of reopenings has no row.

with solved as (
    select
        source, ticket_id, channel, topic, priority, team, agent, segment,
        coalesce(first_resolved_date, first_reopened_date, reopened_date, resolved_date) as day,
        coalesce(first_reopened_date, reopened_date) as known_reopened_date,
        reopen_count,
        cast(is_reopened_within_7_days as integer) as is_within_7_days,
    from core.tickets
    where reopen_count is not null
        and coalesce(first_resolved_date, first_reopened_date, reopened_date, resolved_date) is not null
)

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    day as counts_from,
    case when reopen_count > 0 then coalesce(known_reopened_date, day) end as counts_until,
    0 as value,
    case when is_within_7_days is not null then 0 end as is_within_7_days,
from solved
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    coalesce(known_reopened_date, day) as counts_from,
    cast(null as date) as counts_until,
    1 as value,
    is_within_7_days,
from solved
where reopen_count > 0
