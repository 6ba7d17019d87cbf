-- title = "Topics of a month"
-- question = "On which topics is nothing written?"
-- ---
-- One row is one topic in the newest month up to a day, gaps first. Null views: none known.

select month, topic, ticket_count, article_count, view_count, is_gap
from kpi.knowledge_gaps
where month = (select max(months.month) from kpi.knowledge_gaps as months where months.month <= $as_of)
order by is_gap desc, ticket_count desc, topic
