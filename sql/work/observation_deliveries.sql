-- title = "Accepted rows of observations, with how new each is"
-- ---
-- One row is one accepted row; delivery 1 is the newest of its metric, day and dimensions, higher ones are superseded.
-- Newest: updated_at, then exported_at, then file and row, whatever order the files arrived in.

with placed as (
    select
        coalesce(channel, 'unknown') as channel,
        coalesce(topic, 'unknown') as topic,
        coalesce(priority, 'unknown') as priority,
        coalesce(team, 'unknown') as team,
        coalesce(agent, 'unknown') as agent,
        coalesce(segment, 'unknown') as segment,
        rows.* exclude (channel, topic, priority, team, agent, segment),
    from landing.observation_rows as rows
)

select
    placed.*,
    row_number() over (
        partition by source, metric, day, channel, topic, priority, team, agent, segment
        order by version_at desc, exported_at desc, file_id desc, row_number desc
    ) as delivery,
from placed
order by source, file_id, row_number
