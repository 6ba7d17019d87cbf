-- title = "Days that each input of a source covers"
-- Tickets and surveys are covered from the first opening (sending, answer) up to the newest export, whatever that
-- export held; articles and observations on the days that they speak of.

with days as (
    select
        source,
        'tickets' as input,
        min(opened_date) as first_day,
        max(greatest(opened_date, coalesce(exported_date, opened_date))) as last_day,
    from core.tickets
    group by source
    union all
    select
        source,
        'surveys' as input,
        min(least(coalesce(sent_date, answered_date), coalesce(answered_date, sent_date))) as first_day,
        max(greatest(coalesce(sent_date, answered_date), coalesce(answered_date, sent_date))) as last_day,
    from core.surveys
    group by source
    union all
    select source, 'articles' as input, min(day) as first_day, max(day) as last_day from core.articles group by source
    union all
    select source, 'observations' as input, min(day) as first_day, max(day) as last_day
    from core.observations
    group by source
),

exports as (
    select
        source,
        case when kind = 'events' then 'tickets' else kind end as input,
        max(exported_date) as last_day,
    from landing.files
    where status = 'loaded' and kind in ('tickets', 'events', 'surveys')
    group by source, case when kind = 'events' then 'tickets' else kind end
)

select
    days.source,
    days.input,
    days.first_day,
    greatest(days.last_day, coalesce(exports.last_day, days.last_day)) as last_day,
from days
left join exports on days.source = exports.source and days.input = exports.input
order by days.source, days.input
