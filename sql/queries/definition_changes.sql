-- title = "Changes of definitions"
-- question = "When was each definition read, and what did that change?"
-- ---
-- One row is one version of one key result, newest first.

select kr_id, version, known_from, changed, reason
from okr.key_results
order by kr_id, version desc
