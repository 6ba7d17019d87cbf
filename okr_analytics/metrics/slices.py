"""kpi.slice: the table macro for any slice that kpi.results does not hold, exact because it goes back to the rows.

select * from kpi.slice('first_response_calendar_median', date '2026-07-01', date '2026-07-31',
                        by_ := ['channel', 'team'], only_ := map {'priority': ['high', 'urgent']})
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.groups import visible
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
ASKED = """
asked as (
    select covered_from, covered_to, least(last_, as_of_, covered_to) as closed_on, (
        select count(*) from core.days
        where is_business_day and day between covered_from and covered_to
            and day between first_ and least(last_, as_of_)
    ) as business_days
    from (
        select
            case when count(first_day) = count(*) then max(first_day) end as covered_from,
            case when count(first_day) = count(*) then min(last_day) end as covered_to
        from (
            select needed.measure, min(first_day) as first_day, max(last_day) as last_day
            from needed left join core.feeds as feeds on needed.measure = feeds.measure
                and (only_['source'] is null or list_contains(only_['source'], source))
            group by needed.measure
        )
    )
)
"""


def build_slice_macro(engine: Engine, catalogue: Catalogue, as_of: date) -> None:
    """Make the macro; without as_of_ it speaks of the day of the run."""
    parameters = f"kpi_, first_, last_, by_ := [], only_ := map {{}}, as_of_ := date {literal(str(as_of))}"
    branches = " union all ".join([*_branches(catalogue), *_refusals(catalogue)])
    query = f"with {_needed(catalogue)}, {ASKED} {branches}"
    engine.run(f"create or replace macro kpi.slice({parameters}) as table {query}")
    engine.run(f"comment on macro table kpi.slice is {literal(COMMENT)}")


def _needed(catalogue: Catalogue) -> str:
    """The measures of the KPI asked for: two of a ratio. They decide which days are covered, in `asked`."""

    def measures(known: Kpi) -> list[str]:
        parts = catalogue.parts(known) if known.statistic.kind == "ratio" else (known,)
        return sorted({each.measure for each in parts})

    alike = groupby(sorted(catalogue.kpis.values(), key=measures), measures)
    cases = " ".join(
        f"when kpi_ in ({_listed(each.kpi_id for each in together)}) then [{_listed(needed)}]"
        for needed, together in alike
    )
    return f"needed as (select unnest(case {cases} end) as measure)"


def _branches(catalogue: Catalogue) -> Iterator[str]:
    """One part of the macro per fact whose KPIs look at the same rows, and one per ratio of two."""
    known = catalogue.kpis.values()
    plain = [each for each in known if each.statistic.kind != "ratio"]
    for _, together in groupby(sorted(plain, key=_looks_at), _looks_at):
        yield _rows({each.kpi_id: each for each in together})
    for each in known:
        if each.statistic.kind == "ratio":
            yield _ratio(each, catalogue)


def _refusals(catalogue: Catalogue) -> Iterator[str]:
    """A row that is an error where the question names what there is not."""
    dimensions = f"[{_listed(DIMENSIONS)}]"
    wrong = {
        f"kpi_ not in ({_listed(catalogue.kpis)})": "'no KPI ''' || kpi_ || '''; see kpi.catalogue'",
        f"not list_has_all({dimensions}, cast(by_ as varchar[]))": literal(
            f"by_ takes some of {', '.join(DIMENSIONS)}"
        ),
        f"not list_has_all({dimensions}, cast(map_keys(only_) as varchar[]))": literal(
            f"only_ takes some of {', '.join(DIMENSIONS)}"
        ),
    }
    nothing = ", ".join(f"null as {name}" for name in DIMENSIONS)
    return (f"select {nothing}, error({message}), 0 where {condition}" for condition, message in wrong.items())


def _looks_at(kpi: Kpi) -> tuple[str, str]:
    return kpi.fact, _seen(kpi)


def _ratio(kpi: Kpi, catalogue: Catalogue) -> str:
    """One KPI by another, both over the days that sources cover of both."""
    above, below = (_rows({kpi.kpi_id: part}) for part in catalogue.parts(kpi))
    same = " and ".join(f"above.{name} is not distinct from below.{name}" for name in DIMENSIONS)
    dimensions = ", ".join(f"above.{name}" for name in DIMENSIONS)
    return (
        f"select {dimensions}, above.value / nullif(below.value, 0) as value, above.n "
        f"from ({above}) as above join ({below}) as below on {same}"
    )


def _rows(asked_as: dict[str, Kpi]) -> str:
    """KPIs that look at the same rows, each under the id by which it is asked for."""
    first = next(iter(asked_as.values()))
    values = _by_id(asked_as, _value)
    counts = _by_id(asked_as, lambda each: f"count({each.value})")
    return (
        f"select {GROUPS}, cast({values} as double) as value, {counts} as n from {first.fact} cross join asked "
        f"where kpi_ in ({_listed(asked_as)}) and {_seen(first)} and {KEPT} group by all having {counts} > 0"
    )


def _by_id(asked_as: dict[str, Kpi], sql: Callable[[Kpi], str]) -> str:
    if len(asked_as) == 1:
        return sql(*asked_as.values())
    cases = " ".join(f"when {literal(kpi_id)} then {sql(each)}" for kpi_id, each in asked_as.items())
    return f"case kpi_ {cases} end"


def _seen(kpi: Kpi) -> str:
    """Which rows the KPI looks at: events of the covered days asked for, or what stood at the close of the last."""
    if kpi.statistic.kind in ("additive", "quantile"):
        return f"day between first_ and last_ and day between covered_from and covered_to and {visible('as_of_')}"
    old_enough = f"day + {kpi.statistic.limit_days} <= closed_on"
    return f"first_ <= closed_on and {old_enough} and {visible('closed_on')}"


def _value(kpi: Kpi) -> str:
    if kpi.statistic.kind == "age":
        age = f"case when {kpi.value} is not null then closed_on - day end"
        return f"quantile_cont({age}, {kpi.statistic.quantile})"
    if kpi.statistic.kind == "stock":
        return f"count({kpi.value})"
    return kpi.statistic.of_rows(kpi.value, kpi.per, "max(business_days)")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(map(literal, words))
