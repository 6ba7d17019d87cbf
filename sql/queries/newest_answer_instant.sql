-- title = "When an answer was kept last"
-- question = "Since when is the newest answer known?"
-- ---
-- One row (UTC); null where there is no answer.

select max(known_from) as known_from
from (
    select known_from from okr.attainment
    union all
    select known_from from okr.objective_attainment
) as answers
