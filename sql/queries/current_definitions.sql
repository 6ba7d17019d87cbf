-- title = "Definitions in force"
-- question = "Which definition does each key result have, and what did its last version change?"
-- ---
-- One row is one key result, guardrail or outcome, the last changed first.

select kr_id, title, version, known_from, changed, reason, file
from okr.key_results
where known_to is null and role <> 'part'
order by known_from desc, kr_id
