-- title = "How bold a target is"
-- question = "Did history ever see such a move?"
-- ---
-- One row; none where nothing is asked for or nothing is known.

select *
from okr.realism
where kr_id = $kr_id
