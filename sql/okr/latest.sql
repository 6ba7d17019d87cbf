-- title = "Newest answer per key result and day"
-- materialized = "view"
-- ---
-- One row is the newest revision of one key result's answer about one day.

select * from okr.attainment where known_to is null
