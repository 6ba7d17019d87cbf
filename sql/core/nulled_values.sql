-- title = "Optional values that could not stand"
-- What was unreadable is counted over all rows of a file; what contradicts its ticket, over current tickets.

select file_id, nulled_column, reason, nulled_count from landing.nulled_values
union all
select file_id, nulled_column, reason, nulled_count from work.contradictions
order by file_id, nulled_column, reason
