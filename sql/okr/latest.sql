-- title = "Newest answer per key result and day"
-- as    = "view"

select * from okr.attainment where known_to is null
