-- title = "Demand by month, weekday and hour"
-- ---
-- One row is one hour of one weekday in one month that a source covers, in the desk's own time: the tickets opened in
-- it, the days that it had, and the tickets per such day. Sums over weekdays or hours are exact: take tickets and days.

with feeds as (
    select min(first_day) as first_day, max(last_day) as last_day from core.feeds where measure = 'tickets_opened'
),

covered as (
    select days.day, days.month, days.weekday
    from core.days as days
    cross join work.run as run
    join feeds on days.day between feeds.first_day and least(feeds.last_day, run.as_of_date)
),

weekdays as (
    select month, weekday, count(*) as day_count from covered group by month, weekday
),

opened as (
    select covered.month, covered.weekday, facts.opened_hour, count(*) as ticket_count
    from fact.tickets_opened as facts
    join covered on facts.day = covered.day
    group by covered.month, covered.weekday, facts.opened_hour
)

select
    weekdays.month,
    weekdays.weekday,
    hours.hour,
    coalesce(opened.ticket_count, 0) as ticket_count,
    weekdays.day_count,
    coalesce(opened.ticket_count, 0) / weekdays.day_count as tickets_per_day,
from weekdays
cross join work.hours as hours
left join opened
    on weekdays.month = opened.month
    and weekdays.weekday = opened.weekday
    and hours.hour = opened.opened_hour
order by weekdays.month, weekdays.weekday, hours.hour
