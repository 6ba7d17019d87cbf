-- title = "Rows that are the newest version of something"
-- ---
-- One row is one file and how many of its rows are current: a ticket, a survey, an article's day, an observation or
-- a check-in. An opinion that stands in a ticket's row is that ticket's row.

select file_id, count(*) as row_count from core.tickets group by file_id
union all
select surveys.file_id, count(*) as row_count
from core.surveys as surveys
semi join landing.files as files on surveys.file_id = files.file_id and files.kind = 'surveys'
group by surveys.file_id
union all
select file_id, count(*) as row_count from core.articles group by file_id
union all
select file_id, count(*) as row_count from core.observations group by file_id
union all
select file_id, count(*) as row_count from core.checkins group by file_id
order by file_id
