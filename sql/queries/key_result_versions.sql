-- title = "Versions of a key result"
-- question = "What has this key result meant over time?"
-- ---
-- One row is one version, oldest first; the last one holds.

select *
from okr.key_results
where kr_id = $kr_id
order by version
