"""kpi.slice: the table macro for any slice that kpi.results does not hold, exact because it goes back to the rows.

select * from kpi.slice('first_response_calendar_median', date '2026-07-01', date '2026-07-31',
                        by_ := ['channel', 'team'], only_ := map {'priority': ['high', 'urgent']})
"""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.kpi.catalogue import Catalogue, Kpi
from okr_analytics.kpi.groups import covered_days, visible
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
    branches = _branches(catalogue)
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
    engine.run(f"comment on macro table kpi.slice is {literal(COMMENT)}")


def _branches(catalogue: Catalogue) -> Iterator[str]:
    """One part of the macro per fact whose KPIs look at the same rows, and one per ratio of two."""
    known = catalogue.kpis.values()
    plain = [each for each in known if each.statistic.kind != "ratio"]
    for _, together in groupby(sorted(plain, key=_looks_at), _looks_at):
        chosen = {each.kpi_id: each for each in together}
        yield _rows(chosen, [next(iter(chosen.values())).measure])
    for each in known:
        if each.statistic.kind == "ratio":
            yield _ratio(each, catalogue)


def _looks_at(kpi: Kpi) -> tuple[str, str]:
    return kpi.fact, _seen(kpi, [kpi.measure])


def _ratio(kpi: Kpi, catalogue: Catalogue) -> str:
    """One KPI by another, both over the days that sources cover of both."""
    parts = catalogue.parts(kpi)
    measures = [each.measure for each in parts]
    above, below = (_rows({kpi.kpi_id: part}, measures) for part in parts)
    same = " and ".join(f"above.{name} is not distinct from below.{name}" for name in DIMENSIONS)
    dimensions = ", ".join(f"above.{name}" for name in DIMENSIONS)
    return (
        f"select {dimensions}, above.value / nullif(below.value, 0) as value, above.n "
        f"from ({above}) as above join ({below}) as below on {same}"
    )


def _rows(asked_as: dict[str, Kpi], measures: list[str]) -> str:
    """KPIs that look at the same rows, each under the id by which it is asked for."""
    first = next(iter(asked_as.values()))
    values = _by_id(asked_as, lambda each: _value(each, measures))
    counts = _by_id(asked_as, lambda each: f"count({each.value})")
    wanted = ", ".join(map(literal, asked_as))
    return (
        f"select {GROUPS}, cast({values} as double) as value, {counts} as n from {first.fact} "
        f"where kpi_ in ({wanted}) and {_seen(first, measures)} and {KEPT} group by all having {counts} > 0"
    )


def _by_id(asked_as: dict[str, Kpi], sql: Callable[[Kpi], str]) -> str:
    if len(asked_as) == 1:
        return sql(*asked_as.values())
    cases = " ".join(f"when {literal(kpi_id)} then {sql(each)}" for kpi_id, each in asked_as.items())
    return f"case kpi_ {cases} end"


def _seen(kpi: Kpi, measures: list[str]) -> str:
    """Which rows the KPI looks at: events of the covered days asked for, or what stood at the close of the last."""
    if kpi.statistic.kind in ("additive", "quantile"):
        covered = f"day between {_covered('covered_from', measures)} and {_covered('covered_to', measures)}"
        return f"day between first_ and last_ and {covered} and {visible('as_of_')}"
    close = _close(measures)
    return f"first_ <= {close} and day + {kpi.statistic.limit_days} <= {close} and {visible(close)}"


def _close(measures: list[str]) -> str:
    """The last day asked for that is over and covered."""
    return f"least(last_, as_of_, {_covered('covered_to', measures)})"


def _value(kpi: Kpi, measures: list[str]) -> str:
    if kpi.statistic.kind == "age":
        age = f"case when {kpi.value} is not null then {_close(measures)} - day end"
        return f"quantile_cont({age}, {kpi.statistic.quantile})"
    if kpi.statistic.kind == "stock":
        return f"count({kpi.value})"
    return kpi.statistic.of_rows(kpi.value, kpi.per, _business_days(measures))


def _business_days(measures: list[str]) -> str:
    """The business days asked for that a source covers."""
    return (
        f"(select count(*) from core.days where is_business_day and day between first_ and least(last_, as_of_) "
        f"and day between {_covered('covered_from', measures)} and {_covered('covered_to', measures)})"
    )


def _covered(end: str, measures: list[str]) -> str:
    asked = "(only_['source'] is null or list_contains(only_['source'], source))"
    return f"(select {end} from ({covered_days(measures, asked)}))"
