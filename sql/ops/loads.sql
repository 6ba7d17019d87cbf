-- title = "Ledger of export files"
-- ---
-- One row is one export file ever met, with what became of its rows.

with nulled as (
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
    case when files.status = 'loaded' then coalesce(counts.rows_current, 0) end as rows_current,
    case when files.status = 'loaded' then coalesce(counts.rows_superseded, 0) end as rows_superseded,
    case when files.status = 'loaded' then coalesce(counts.rows_rejected, 0) end as rows_rejected,
    case when files.status = 'loaded' then coalesce(counts.rows_folded, 0) end as rows_folded,
    case when files.status = 'loaded' then coalesce(counts.rows_removed, 0) end as rows_removed,
    case when files.status = 'loaded' then coalesce(nulled.nulled, '{}') end as nulled,
    files.exported_at,
    files.loaded_at,
    files.run_id,
    files.profile as read_as,
from landing.files as files
left join work.load_counts as counts on files.file_id = counts.file_id
left join nulled on files.file_id = nulled.file_id
order by files.file, files.sha256
