"""kpi.slice: the table macro for any slice that kpi.results does not hold, exact because it goes back to the rows.

select * from kpi.slice('first_response_calendar_median', date '2026-07-01', date '2026-07-31',
                        by_ := ['channel', 'team'], only_ := map {'priority': ['high', 'urgent']})
"""

from datetime import date

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.kpi.catalogue import Catalogue, Kpi
from okr_analytics.kpi.groups import visible
from okr_analytics.warehouse.engine import Engine, literal

COMMENT = (
    "Any KPI over any days and any mix of dimensions, from the rows. kpi_: the KPI's id. first_, last_: days, "
    "inclusive. by_: dimensions to group by. only_: members to keep, per dimension. as_of_: only what was known by "
    "that day. One row per group that has rows; a dimension not grouped by is null. Per business day: of the days "
    "asked for that a source covers. Stocks: at the close of the last day."
)
KEPT = " and ".join(
    f"(only_[{literal(name)}] is null or list_contains(only_[{literal(name)}], {name}))" for name in DIMENSIONS
)
GROUPS = ", ".join(f"case when list_contains(by_, {literal(name)}) then {name} end as {name}" for name in DIMENSIONS)


def build_slice_macro(engine: Engine, catalogue: Catalogue, as_of: date) -> None:
    """Make the macro; without as_of_ it speaks of the day of the run."""
    branches = [_branch(each, catalogue) for each in catalogue.kpis.values()]
    known = ", ".join(map(literal, catalogue.kpis))
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


def _branch(kpi: Kpi, catalogue: Catalogue) -> str:
    wanted = f"kpi_ = {literal(kpi.kpi_id)}"
    if kpi.statistic.kind != "ratio":
        return _rows(kpi, wanted)
    above, below = (_rows(each, wanted) for each in catalogue.parts(kpi))
    same = " and ".join(f"above.{name} is not distinct from below.{name}" for name in DIMENSIONS)
    dimensions = ", ".join(f"above.{name}" for name in DIMENSIONS)
    return (
        f"select {dimensions}, above.value / nullif(below.value, 0) as value, above.n "
        f"from ({above}) as above join ({below}) as below on {same}"
    )


def _rows(kpi: Kpi, wanted: str) -> str:
    kind = kpi.statistic.kind
    if kind in ("additive", "quantile"):
        seen = f"day between first_ and last_ and {visible('as_of_')}"
        value = kpi.statistic.of_rows(kpi.value, kpi.per, _business_days(kpi))
    else:
        close = "least(last_, as_of_)"
        seen = f"day + {kpi.statistic.limit_days} <= {close} and {visible(close)}"
        ages = f"quantile_cont({close} - day, {kpi.statistic.quantile})"
        value = ages if kind == "age" else f"count({kpi.value})"
    return (
        f"select {GROUPS}, cast({value} as double) as value, count({kpi.value}) as n "
        f"from {kpi.fact} where {wanted} and {seen} and {KEPT} group by all having count({kpi.value}) > 0"
    )


def _business_days(kpi: Kpi) -> str:
    """The business days asked for that a source covers."""
    return (
        f"(select count(*) from core.days where is_business_day and day between first_ and least(last_, as_of_) "
        f"and day between (select min(first_day) from core.feeds where {_feeding(kpi)}) "
        f"and (select max(last_day) from core.feeds where {_feeding(kpi)}))"
    )


def _feeding(kpi: Kpi) -> str:
    return f"measure = {literal(kpi.measure)} and (only_['source'] is null or list_contains(only_['source'], source))"
