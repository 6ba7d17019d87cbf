-- title = "Computed baselines"
-- question = "Which baselines were computed for this key result, and what would they be today?"
-- ---
-- One row is one baseline that was kept.

select *
from okr.baselines
where kr_id = $kr_id
