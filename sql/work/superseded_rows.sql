-- title = "Rows of ticket exports that a newer row of their ticket superseded"
-- ---
-- One row is one file and how many of its rows another row of the same ticket supersedes. A row whose ticket got lost
-- on the way is superseded by none, and stays unaccounted for. Files of which every row is a newest one are left out.

with winners as (
    select source, ticket_id, file_id, row_number from core.tickets
    union all
    select source, ticket_id, file_id, row_number from core.removed_tickets
),

newest_counts as (
    select file_id, count(*) as row_count from winners group by file_id
),

landed_counts as (
    select file_id, count(*) as row_count from landing.ticket_rows group by file_id
),

replaced as (
    select landed_counts.file_id
    from landed_counts
    left join newest_counts on landed_counts.file_id = newest_counts.file_id
    where landed_counts.row_count <> coalesce(newest_counts.row_count, 0)
)

select delivered.file_id, count(*) as row_count
from landing.ticket_rows as delivered
semi join replaced on delivered.file_id = replaced.file_id
join winners on delivered.source = winners.source and delivered.ticket_id = winners.ticket_id
where delivered.file_id <> winners.file_id or delivered.row_number <> winners.row_number
group by delivered.file_id
order by delivered.file_id
