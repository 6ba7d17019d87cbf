-- title = "Knowledge-base articles by day"
-- ---
-- One row is one article on one day, as its newest row says.

select
    source, article_id, title, topic, day,
    views, helpful_votes, unhelpful_votes, tickets_after_view,
    updated_at, exported_at, file_id, row_number,
from work.article_deliveries
where delivery = 1
order by source, article_id, day
