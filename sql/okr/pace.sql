-- title = "Newest answer beside what was expected"
-- as    = "view"
-- What follows from an answer without being part of it: what was expected on that day, and the gap to it.

select latest.* from okr.latest as latest
