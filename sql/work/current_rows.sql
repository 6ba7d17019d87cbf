-- title = "Rows that are the newest version of something"
-- One row is one file and how many of its rows are current: a ticket, a survey, an article's day, an observation or
-- a check-in.

select file_id, count(*) as row_count from core.tickets group by file_id
union all
select file_id, count(*) as row_count from core.surveys group by file_id
union all
select file_id, count(*) as row_count from core.articles group by file_id
union all
select file_id, count(*) as row_count from core.observations group by file_id
union all
select file_id, count(*) as row_count from core.checkins group by file_id
order by file_id
