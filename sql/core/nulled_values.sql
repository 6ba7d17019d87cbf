-- title = "Optional values that could not stand"
-- ---
-- What was unreadable is counted over all rows of a file; what contradicts its row, over current tickets, surveys,
-- observations and check-ins.

select file_id, nulled_column, reason, nulled_count from landing.nulled_values
union all
select file_id, nulled_column, reason, nulled_count from work.contradictions
union all
select file_id, nulled_column, reason, nulled_count from work.survey_contradictions
union all
select file_id, nulled_column, reason, nulled_count from work.checkin_contradictions
union all
select file_id, 'denominator' as nulled_column, 'not positive' as reason, count(*) as nulled_count
from work.observation_deliveries
where delivery = 1 and denominator <= 0
group by file_id
union all
select file_id, 'csat' as nulled_column, 'no day known' as reason, count(*) as nulled_count
from work.ticket_ratings
where answered_at is null
group by file_id
order by file_id, nulled_column, reason
