-- title = "Inputs that end early"
-- question = "Which inputs end longer before a day than so many days?"
-- ---
-- One row is one input of a source, its newest day, and how many days before it that is.

with ages as (
    select source, input, last_day, date_diff('day', last_day, $as_of) as age_days
    from core.coverage
)

select source, input, last_day, age_days
from ages
where age_days > $fresh_days
order by source, input
