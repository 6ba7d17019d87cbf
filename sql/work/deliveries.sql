-- title = "Accepted events, with how often each was delivered"
-- ---
-- One row is one accepted event row; delivery 1 is the newest export's, higher ones are superseded.
-- The same event has the same ticket, sequence, instant and status, and is the same occurrence of these in its file.

with accepted as (
    select rows.*
    from landing.event_rows as rows
    anti join work.contradicted_tickets as contradicted
        on rows.source = contradicted.source and rows.ticket_id = contradicted.ticket_id
),

numbered as (
    select
        *,
        row_number() over (
            partition by source, ticket_id, file_id, event_sequence, event_at, status order by row_number
        ) as occurrence,
    from accepted
)

select
    numbered.*,
    row_number() over (
        partition by source, ticket_id, event_sequence, event_at, status, occurrence
        order by exported_at desc, file_id desc
    ) as delivery,
from numbered
order by source, ticket_id, file_id, row_number
