-- title = "Backlog by week"
-- question = "What came in and went out in each week, and what was left?"
-- ---
-- One row is one week from its Monday: opening + opened + reopened - solved = closing.

with weekly as (
    select
        channel, team, priority,
        cast(date_trunc('week', day) as date) as week,
        sum(opened_count) as opened,
        sum(reopened_count) as reopened,
        sum(solved_count) as solved,
    from kpi.backlog_ledger
    group by all
),

totals as (
    select week, sum(opened) as opened, sum(reopened) as reopened, sum(solved) as solved
    from weekly
    group by week
),

running as (
    select
        week, opened, reopened, solved,
        sum(opened + reopened - solved) over (order by week) as closing,
    from totals
)

select week, closing - opened - reopened + solved as opening, opened, reopened, solved, closing
from running
where week >= $since
order by week
