-- title = "Newest answer beside what was expected"
-- as    = "view"
-- Gap is attainment minus expected, in the 9 digits at which answers are kept.

select latest.*, round(latest.attainment - latest.expected, 9) as gap
from okr.latest as latest
