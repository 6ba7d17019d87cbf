-- title = "How many rows of each export file ended as what"
-- ---
-- One row is one loaded file. The split is computed from the final state, so the order in which files arrived does not
-- matter.

with removals as (
    select file_id, count(*) as row_count from core.removed_tickets group by file_id
),

event_deliveries as (
    select
        file_id,
        sum(case when delivery = 1 then 1 else 0 end) as kept_count,
        sum(case when delivery > 1 then 1 else 0 end) as superseded_count,
    from work.deliveries
    group by file_id
),

superseded as (
    select file_id, row_count from work.superseded_rows
    union all
    select file_id, row_count from work.superseded_inputs
    union all
    select file_id, superseded_count as row_count from event_deliveries
),

rejections as (
    select file_id, count(*) as row_count from core.rejected_rows group by file_id
),

counts as (
    select
        files.file_id,
        coalesce(currents.row_count, 0) as rows_current,
        coalesce(superseded.row_count, 0) as rows_superseded,
        coalesce(rejections.row_count, 0) as rows_rejected,
        case
            when files.kind = 'events'
                then coalesce(event_deliveries.kept_count, 0) - coalesce(currents.row_count, 0)
                    - coalesce(removals.row_count, 0)
            else 0
        end as rows_folded,
        coalesce(removals.row_count, 0) as rows_removed,
    from landing.files as files
    left join work.current_rows as currents on files.file_id = currents.file_id
    left join removals on files.file_id = removals.file_id
    left join event_deliveries on files.file_id = event_deliveries.file_id
    left join superseded on files.file_id = superseded.file_id
    left join rejections on files.file_id = rejections.file_id
    where files.status = 'loaded'
)

select
    file_id,
    cast(rows_current as bigint) as rows_current,
    cast(rows_superseded as bigint) as rows_superseded,
    cast(rows_rejected as bigint) as rows_rejected,
    cast(rows_folded as bigint) as rows_folded,
    cast(rows_removed as bigint) as rows_removed,
from counts
order by file_id
