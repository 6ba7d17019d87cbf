-- title = "The days of every period"
-- ---
-- One row is one day of one day, week, month or quarter.

select 'day' as grain, day as period_start, day, month, is_business_day from core.days
union all
select 'week' as grain, week as period_start, day, month, is_business_day from core.days
union all
select 'month' as grain, month as period_start, day, month, is_business_day from core.days
union all
select 'quarter' as grain, quarter as period_start, day, month, is_business_day from core.days
