-- title = "Newest answer with what follows from it"
-- materialized = "view"
-- ---
-- What follows from an answer without being part of it: what was expected, what is needed from here, the projection of
-- the closing value, the noise interval, the error budget, and what people said in their check-ins.

select
    latest.kr_id,
    latest.objective_id,
    latest.as_of_date,
    latest.revision,
    latest.value,
    latest.baseline,
    latest.target,
    latest.raw,
    latest.attainment,
    outlook.expected,
    outlook.gap,
    latest.status,
    latest.n,
    latest.flag,
    latest.cause,
    latest.known_from,
    latest.known_to,
    outlook.distance,
    outlook.needed_from_here,
    outlook.needed_note,
    outlook.projected,
    outlook.projected_low,
    outlook.projected_high,
    outlook.value_low,
    outlook.value_high,
    outlook.budget,
    outlook.burn,
    outlook.confidence,
    outlook.human_status,
    outlook.human_status_on,
    outlook.comment,
    coalesce(outlook.is_provisional, false) as is_provisional,
from okr.latest as latest
left join okr.outlook as outlook on latest.kr_id = outlook.kr_id and latest.as_of_date = outlook.as_of_date
