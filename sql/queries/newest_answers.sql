-- title = "Newest answers with their expectation"
-- question = "What is known now of each key result and day?"
-- ---
-- One row is one key result on one day.

select latest.kr_id, latest.as_of_date, latest.status, latest.attainment, outlook.expected
from okr.latest as latest
left join okr.outlook as outlook on latest.kr_id = outlook.kr_id and latest.as_of_date = outlook.as_of_date
