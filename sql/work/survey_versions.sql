-- title = "Newest version of each survey, before its scales"
-- One row is one survey. A dimension that it does not say itself is its ticket's; neither says: the member 'unknown'.

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
    surveys.csat, surveys.nps,
    surveys.effectively_resolved, surveys.effectively_resolved_is_yes,
    surveys.friendly, surveys.friendly_is_yes,
    surveys.felt_heard, surveys.felt_heard_is_yes,
    surveys.has_comment,
    surveys.updated_at, surveys.exported_at, surveys.file_id, surveys.row_number,
from work.survey_deliveries as surveys
left join core.tickets as tickets on surveys.source = tickets.source and surveys.ticket_id = tickets.ticket_id
where surveys.delivery = 1
order by surveys.source, surveys.survey_id
