-- title = "Targets over time"
-- question = "Which target applies to each key result from which day on?"
-- ---
-- One row is one target of one key result, oldest first; the first applies since ever (null).

select kr_id, valid_from, target_kind, target_amount, target_until, required_share
from okr.target_versions
order by kr_id, valid_from nulls first
