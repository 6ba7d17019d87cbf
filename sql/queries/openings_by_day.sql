-- title = "Tickets opened by day"
-- question = "How many tickets of a source were opened on each day?"
-- ---
-- One row is one day with openings.

select opened_date, count(*) as ticket_count
from core.tickets
where source = $source and opened_date between $first_day and $last_day
group by opened_date
order by opened_date
