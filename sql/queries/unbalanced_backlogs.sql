-- title = "Backlogs that do not follow from their flows"
-- question = "Is a backlog what it was, plus what came, less what went?"
-- ---
-- One row is one day, channel, team and priority where it is not: the closing as counted and as it follows.

with ledger as (
    select
        day, channel, team, priority, closing_count,
        opening_count + opened_count + reopened_count - solved_count as expected_count,
    from kpi.backlog_ledger
)

select day, channel, team, priority, closing_count, expected_count
from ledger
where closing_count <> expected_count
order by all
