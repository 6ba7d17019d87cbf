-- title = "Observations"
-- ---
-- One row is one metric on one day for one combination of dimensions, as its newest row says. A denominator beside a
-- value must be positive too: nothing can be divided by any other.

select
    source, metric, day, channel, topic, priority, team, agent, segment,
    value,
    numerator,
    case when denominator > 0 then denominator end as denominator,
    updated_at, exported_at, file_id, row_number,
from work.observation_deliveries
where delivery = 1
order by source, metric, day, channel, topic, priority, team, agent, segment
