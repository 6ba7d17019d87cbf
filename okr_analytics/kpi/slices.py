"""kpi.slice: the table macro for any slice that kpi.results does not hold, exact because it goes back to the rows.

select * from kpi.slice('first_response_calendar_median', date '2026-07-01', date '2026-07-31',
                        by_ := ['channel', 'team'], only_ := map {'priority': ['high', 'urgent']})
"""

from datetime import date

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.kpi.catalogue import Kpi, kpis
from okr_analytics.kpi.results import visible
from okr_analytics.warehouse.engine import Engine, literal

COMMENT = (
    "Any KPI over any days and any mix of dimensions, from the rows. kpi_: the KPI's id. first_, last_: days, "
    "inclusive. by_: dimensions to group by. only_: members to keep, per dimension. as_of_: only what was known by "
    "that day. One row per group that has rows; a dimension not grouped by is null. Per business day: of the days "
    "asked for that a source covers."
)


def build_slice_macro(engine: Engine, as_of: date) -> None:
    """Make the macro; without as_of_ it speaks of the day of the run."""
    branches = [_branch(each) for each in kpis().values()]
    known = ", ".join(map(literal, kpis()))
    known = ", ".join(map(literal, kpis()))
    dimensions = f"[{', '.join(map(literal, DIMENSIONS))}]"
    wrong = {
        f"kpi_ not in ({known})": "'no KPI ''' || kpi_ || '''; see kpi.catalogue'",
        f"not list_has_all({dimensions}, cast(by_ as varchar[]))": literal(
            f"by_ takes some of {', '.join(DIMENSIONS)}"
        ),
        f"not list_has_all({dimensions}, cast(map_keys(only_) as varchar[]))": literal(
            f"only_ takes some of {', '.join(DIMENSIONS)}"
        ),
    }
    nothing = ", ".join(f"null as {name}" for name in DIMENSIONS)
    refusals = [f"select {nothing}, error({message}), 0 where {condition}" for condition, message in wrong.items()]
    parameters = f"kpi_, first_, last_, by_ := [], only_ := map {{}}, as_of_ := date {literal(str(as_of))}"
    engine.run(f"create macro kpi.slice({parameters}) as table {' union all '.join([*branches, *refusals])}")


def _branch(kpi: Kpi) -> str:
    groups = ", ".join(
        f"case when list_contains(by_, {literal(name)}) then {name} end as {name}" for name in DIMENSIONS
    )
    kept = " and ".join(
        f"(only_[{literal(name)}] is null or list_contains(only_[{literal(name)}], {name}))" for name in DIMENSIONS
    )
    days = (
        f"(select greatest(0, least(last_, as_of_, max(last_day)) - greatest(first_, min(first_day)) + 1) "
        f"from core.feeds where measure = {literal(kpi.measure)} "
        f"and (only_['source'] is null or list_contains(only_['source'], source)))"
    )
    value = kpi.statistic.of_rows(kpi.value_column, days)
    return (
        f"select {groups}, cast({value} as double) as value, count({kpi.value_column}) as n from {kpi.fact} "
        f"where kpi_ = {literal(kpi.kpi_id)} and day between first_ and last_ and {visible('as_of_')} and {kept} "
        f"group by all"
    )
