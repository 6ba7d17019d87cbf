-- title = "What check-ins are about"
-- question = "About which key results and milestones do check-ins speak, and in which file?"
-- ---
-- One row is one key result and milestone in one file, and whether there ever was such a key result.

select distinct
    loads.file,
    checkins.kr_id,
    checkins.milestone,
    checkins.kr_id in (select kr_id from okr.key_results) as was_known,
from core.checkins as checkins
join ops.loads as loads on checkins.file_id = loads.file_id
order by all
