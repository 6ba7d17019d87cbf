-- title = "Rows of surveys, articles, observations and check-ins that a newer one superseded"
-- ---
-- One row is one file and how many of its rows are superseded.

select file_id, count(*) as row_count from work.survey_deliveries where delivery > 1 group by file_id
union all
select file_id, count(*) as row_count from work.article_deliveries where delivery > 1 group by file_id
union all
select file_id, count(*) as row_count from work.observation_deliveries where delivery > 1 group by file_id
union all
select file_id, count(*) as row_count from work.checkin_deliveries where delivery > 1 group by file_id
order by file_id
