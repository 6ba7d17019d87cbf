-- title = "Accepted rows of observations, with how new each is"
-- One row is one accepted row; delivery 1 is the newest of its metric, day and dimensions, higher ones are superseded.
-- Newest: updated_at, then exported_at, then file and row, whatever order the files arrived in.

with accepted as (
    select
        files.source,
        files.desk_time_zone,
        coalesce(rows.updated_at, rows.exported_at, files.exported_at) as version_at,
        coalesce(rows.exported_at, files.exported_at) as exported_at,
        coalesce(rows.channel, 'unknown') as channel,
        coalesce(rows.topic, 'unknown') as topic,
        coalesce(rows.priority, 'unknown') as priority,
        coalesce(rows.team, 'unknown') as team,
        coalesce(rows.agent, 'unknown') as agent,
        coalesce(rows.segment, 'unknown') as segment,
        rows.* exclude (exported_at, channel, topic, priority, team, agent, segment),
    from landing.observation_rows as rows
    join landing.files as files on rows.file_id = files.file_id and files.status = 'loaded'
)

select
    accepted.*,
    row_number() over (
        partition by source, metric, day, channel, topic, priority, team, agent, segment
        order by version_at desc, exported_at desc, file_id desc, row_number desc
    ) as delivery,
from accepted
order by source, file_id, row_number
