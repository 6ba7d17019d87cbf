-- title = "External metrics"
-- as    = "view"
-- One row is one metric on one day for one combination of dimensions. Null: the file does not say. It becomes a KPI by a
-- line in the home's own kpis.yaml.

select
    source,
    cast(null as varchar) as ticket_id,
    channel, topic, priority, team, agent, segment,
    day,
    day as counts_from,
    cast(null as date) as counts_until,
    metric,
    value,
    numerator,
    denominator,
from core.observations
