-- title = "Events, each once, in order"
-- One row is one event of one ticket. Delivered again in a later export, it counts once, as the newest export has it.
-- Order: the source's own sequence, else the instant; then export, file and row.

with delivered as (
    select
        files.source,
        files.desk_time_zone,
        files.solved_at_rule,
        coalesce(rows.exported_at, files.exported_at) as exported_at,
        rows.* exclude (exported_at),
    from landing.event_rows as rows
    join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
),

numbered as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, file_id, event_sequence, event_at, status order by row_number
        ) as occurrence,
    from delivered
),

deliveries as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, event_sequence, event_at, status, occurrence
            order by exported_at desc, file_id desc
        ) as delivery,
    from numbered
)

select
    deliveries.* exclude (occurrence, delivery),
    row_number() over (
        partition by source, ticket_id
        order by
            event_sequence nulls first,
            case when event_sequence is null then event_at end,
            exported_at, file_id, row_number
    ) as position,
from deliveries
where delivery = 1
order by source, ticket_id, position
