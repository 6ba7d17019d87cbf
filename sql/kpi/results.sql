-- title = "KPI values by period and by one dimension at a time"
-- ---
-- Counts and stocks are 0 on covered days and null beyond, for the whole desk, where any row ever tells of such things;
-- an absent member is absent. A mean, share or percentile of no rows is null. A ratio is taken of two KPIs of the same
-- period and member, and null where they do not cover the same days of it.

with computed as (
    select distinct measure, grain, period_start from work.recomputed_days
),

whole_desk as (
    select
        catalogue.kpi_id, periods.grain, periods.period_start, 'all' as dimension, 'all' as member,
        period_values.value, period_values.n,
    from kpi.catalogue as catalogue
    join work.periods as periods on catalogue.measure = periods.measure and periods.scope = 'all'
    join computed
        on periods.measure = computed.measure
        and periods.grain = computed.grain
        and periods.period_start = computed.period_start
    left join work.period_values as period_values
        on catalogue.kpi_id = period_values.kpi_id
        and periods.grain = period_values.grain
        and periods.period_start = period_values.period_start
        and period_values.dimension = 'all'
    where catalogue.statistic <> 'ratio'
),

every_row as (
    select kpi_id, grain, period_start, dimension, member, value, n from whole_desk
    union all
    select kpi_id, grain, period_start, dimension, member, value, n
    from work.period_values
    where dimension <> 'all'
),

placed as (
    select
        every_row.kpi_id, every_row.grain, every_row.period_start, every_row.dimension, every_row.member,
        case when zero_filled.kpi_id is not null then coalesce(every_row.value, 0) else every_row.value end as value,
        coalesce(every_row.n, 0) as n,
        catalogue.statistic,
        catalogue.maturity_days,
        periods.period_end,
        periods.first_covered_day,
        periods.last_covered_day,
        periods.business_days,
        periods.known_day,
    from every_row
    join kpi.catalogue as catalogue on every_row.kpi_id = catalogue.kpi_id
    join work.periods as periods
        on catalogue.measure = periods.measure
        and every_row.grain = periods.grain
        and every_row.period_start = periods.period_start
        and periods.scope = case when every_row.dimension = 'source' then 'source' else 'all' end
        and periods.scope_member = case when every_row.dimension = 'source' then every_row.member else 'all' end
    left join work.zero_filled_kpis as zero_filled on every_row.kpi_id = zero_filled.kpi_id
),

decided as (
    select
        kpi_id, grain, period_start, dimension, member,
        case
            when first_covered_day is null then null
            when statistic = 'per_business_day' then value / nullif(business_days, 0)
            else value
        end as value,
        n,
        period_end + cast(maturity_days as integer) <= known_day as is_complete,
        first_covered_day,
        last_covered_day,
    from placed
)

select kpi_id, grain, period_start, dimension, member, value, n, is_complete from decided
union all
select
    catalogue.kpi_id, above.grain, above.period_start, above.dimension, above.member,
    case
        when above.first_covered_day = below.first_covered_day and above.last_covered_day = below.last_covered_day
            then above.value / nullif(below.value, 0)
    end as value,
    above.n,
    above.is_complete and below.is_complete as is_complete,
from kpi.catalogue as catalogue
join decided as above on catalogue.numerator_kpi_id = above.kpi_id
join decided as below
    on catalogue.denominator_kpi_id = below.kpi_id
    and above.grain = below.grain
    and above.period_start = below.period_start
    and above.dimension = below.dimension
    and above.member = below.member
order by kpi_id, grain, period_start, dimension, member
