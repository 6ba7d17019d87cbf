-- title = "Solved at first contact"
-- question = "What share of the tickets solved on a day needed one answer at most, and nobody else?"
-- unit = "share"
-- direction = "higher"
-- materialized = "view"
-- requires = ["reply_count", "reopen_count"]
-- maturity_days = 7
-- [[kpis]]
-- statistic = "share"
-- ---
-- One row is what is known of one solved ticket: 1 where it had at most one agent reply, from its first solve until it
-- is reopened or escalated; 0 otherwise. A ticket whose replies, reopenings or first solve are not known has no row.

with solved as (
    select
        source, ticket_id, channel, topic, priority, team, agent, segment,
        first_resolved_date as day,
        case when reply_count > 1 or reopen_count > 0 or escalated_date is not null then 1 else 0 end as has_failed,
        case
            when reply_count > 1 then first_resolved_date
            else greatest(first_resolved_date, least(coalesce(first_reopened_date, reopened_date), escalated_date))
        end as failed_date,
    from core.tickets
    where first_resolved_date is not null and reply_count is not null and reopen_count is not null
)

select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    day as counts_from,
    case when has_failed = 1 then failed_date end as counts_until,
    1 as value,
from solved
union all
select
    source, ticket_id, channel, topic, priority, team, agent, segment,
    day,
    failed_date as counts_from,
    cast(null as date) as counts_until,
    0 as value,
from solved
where has_failed = 1
