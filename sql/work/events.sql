-- title = "Events, each once, in order"
-- ---
-- One row is one event of one ticket, as the newest export has it.
-- Order: the source's own sequence, else the instant; then export, file and row.

select
    deliveries.* exclude (occurrence, delivery),
    row_number() over (
        partition by source, ticket_id
        order by
            event_sequence nulls first,
            case when event_sequence is null then event_at end,
            exported_at, file_id, row_number
    ) as position,
from work.deliveries as deliveries
where delivery = 1
order by source, ticket_id, position
