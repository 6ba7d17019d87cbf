-- title = "Ledger of export files"
-- ---
-- The split of a file's rows is computed from the final state, so the order in which files arrived does not matter.

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

nulled as (
    select
        file_id,
        '{' || string_agg(
            '"' || nulled_column || ': ' || reason || '": ' || nulled_count, ', ' order by nulled_column, reason
        ) || '}' as nulled,
    from core.nulled_values
    group by file_id
)

select
    files.file,
    files.sha256,
    files.file_id,
    files.source,
    files.kind,
    files.status,
    files.error,
    files.mend,
    files.rows_read,
    case when files.status = 'loaded' then coalesce(currents.row_count, 0) end as rows_current,
    case when files.status = 'loaded' then coalesce(superseded.row_count, 0) end as rows_superseded,
    case when files.status = 'loaded' then coalesce(rejections.row_count, 0) end as rows_rejected,
    case
        when files.kind = 'events' and files.status = 'loaded'
            then coalesce(event_deliveries.kept_count, 0) - coalesce(currents.row_count, 0)
                - coalesce(removals.row_count, 0)
        when files.status = 'loaded' then 0
    end as rows_folded,
    case when files.status = 'loaded' then coalesce(removals.row_count, 0) end as rows_removed,
    case when files.status = 'loaded' then coalesce(nulled.nulled, '{}') end as nulled,
    files.exported_at,
    files.loaded_at,
    files.run_id,
    files.profile as read_as,
from landing.files as files
left join work.current_rows as currents on files.file_id = currents.file_id
left join removals on files.file_id = removals.file_id
left join event_deliveries on files.file_id = event_deliveries.file_id
left join superseded on files.file_id = superseded.file_id
left join nulled on files.file_id = nulled.file_id
left join rejections on files.file_id = rejections.file_id
order by files.file, files.sha256
