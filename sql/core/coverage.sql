-- title = "Days that each input of a source covers"
-- ---
-- Tickets and surveys are covered from the first opening (sending, answer) up to the newest export, whatever that
-- export held, also where surveys stand in ticket exports; articles and observations on the days that they speak of.

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

rated as (
    select distinct surveys.source
    from core.surveys as surveys
    semi join landing.files as files on surveys.file_id = files.file_id and files.kind in ('tickets', 'events')
),

exports as (
    select
        source,
        case when kind = 'events' then 'tickets' else kind end as input,
        max(exported_date) as last_day,
    from landing.files
    where status = 'loaded' and kind in ('tickets', 'events', 'surveys')
    group by source, case when kind = 'events' then 'tickets' else kind end
    union all
    select source, 'surveys' as input, max(exported_date) as last_day
    from landing.files
    where status = 'loaded' and kind in ('tickets', 'events') and source in (select source from rated)
    group by source
)

select
    days.source,
    days.input,
    days.first_day,
    max(greatest(days.last_day, coalesce(exports.last_day, days.last_day))) as last_day,
from days
left join exports on days.source = exports.source and days.input = exports.input
group by days.source, days.input, days.first_day
order by days.source, days.input
