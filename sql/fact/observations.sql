-- title = "External metrics"
-- materialized = "view"
-- ---
-- One row is one metric on one day for one combination of dimensions. Null: the file does not say. It becomes a KPI by
-- a line in the home's own kpis.yaml. Decimals add up to the same whatever their order.

select
    source,
    cast(null as varchar) as ticket_id,
    channel, topic, priority, team, agent, segment,
    day,
    day as counts_from,
    cast(null as date) as counts_until,
    metric,
    cast(value as decimal(38, 9)) as value,
    cast(numerator as decimal(38, 9)) as numerator,
    cast(denominator as decimal(38, 9)) as denominator,
from core.observations
