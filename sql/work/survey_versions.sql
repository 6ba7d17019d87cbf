-- title = "Newest version of each survey, before its scales"
-- ---
-- One row is one survey, or one ticket that carries the customer's mark. A dimension that it does not say itself is its
-- ticket's; neither says: the member 'unknown'.

select
    surveys.source, surveys.survey_id, surveys.ticket_id, surveys.desk_time_zone,
    coalesce(surveys.channel, tickets.channel, 'unknown') as channel,
    coalesce(surveys.topic, tickets.topic, 'unknown') as topic,
    coalesce(surveys.priority, tickets.priority, 'unknown') as priority,
    coalesce(surveys.team, tickets.team, 'unknown') as team,
    coalesce(surveys.agent, tickets.agent, 'unknown') as agent,
    coalesce(surveys.segment, tickets.segment, 'unknown') as segment,
    surveys.customer_key,
    surveys.sent_at, surveys.answered_at, surveys.replied_at,
    surveys.csat, surveys.csat_is_best, surveys.nps,
    surveys.effectively_resolved, surveys.effectively_resolved_is_best,
    surveys.friendly, surveys.friendly_is_best,
    surveys.felt_heard, surveys.felt_heard_is_best,
    surveys.has_comment,
    surveys.updated_at, surveys.exported_at, surveys.file_id, surveys.row_number,
from work.survey_deliveries as surveys
left join core.tickets as tickets on surveys.source = tickets.source and surveys.ticket_id = tickets.ticket_id
where surveys.delivery = 1
union all
select
    ratings.source, ratings.ticket_id as survey_id, ratings.ticket_id, ratings.desk_time_zone,
    coalesce(ratings.channel, 'unknown') as channel,
    coalesce(ratings.topic, 'unknown') as topic,
    coalesce(ratings.priority, 'unknown') as priority,
    coalesce(ratings.team, 'unknown') as team,
    coalesce(ratings.agent, 'unknown') as agent,
    coalesce(ratings.segment, 'unknown') as segment,
    ratings.customer_key,
    cast(null as timestamp) as sent_at, ratings.answered_at, cast(null as timestamp) as replied_at,
    ratings.csat, ratings.csat_is_best, cast(null as double) as nps,
    cast(null as double) as effectively_resolved, cast(null as boolean) as effectively_resolved_is_best,
    cast(null as double) as friendly, cast(null as boolean) as friendly_is_best,
    cast(null as double) as felt_heard, cast(null as boolean) as felt_heard_is_best,
    ratings.has_comment,
    ratings.updated_at, ratings.exported_at, ratings.file_id, ratings.row_number,
from work.ticket_ratings as ratings
where ratings.answered_at is not null
order by source, survey_id
