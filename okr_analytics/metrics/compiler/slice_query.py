"""The query of the macro kpi.slice: any KPI over any days, of any members, by any dimensions, as its parameters say."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from sqlglot import exp

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.compiler.compile import compile_metric, compile_ratio
from okr_analytics.metrics.compiler.coverage import business_days, covered_days, needed_measures
from okr_analytics.metrics.compiler.expressions import (
    Expression,
    between,
    call,
    case,
    cast,
    column,
    columns,
    every,
    is_null,
    is_one_of,
    number,
    select,
    subquery,
    table,
    text,
    texts,
    union_all,
    with_steps,
)
from okr_analytics.metrics.compiler.query import ByColumns, MetricQuery
from okr_analytics.metrics.compiler.rows import STANDING

KPI, FIRST, LAST, BY, ONLY, AS_OF = map(column, ("kpi_", "first_", "last_", "by_", "only_", "as_of_"))
WANTED = {name: exp.Bracket(this=ONLY, expressions=[text(name)], offset=1) for name in DIMENSIONS}
IS_KEPT = {
    name: exp.paren(exp.or_(is_null(wanted), call("list_contains", wanted, column(name)), copy=False), copy=False)
    for name, wanted in WANTED.items()
}
KEPT = every(*IS_KEPT.values())
GROUPS = {name: case((call("list_contains", BY, text(name)), column(name))) for name in DIMENSIONS}


def slice_query(catalogue: Catalogue) -> exp.Query:
    """The seven dimensions, value and n. It is an error where the parameters name what there is not."""
    answers = union_all([*_answers(catalogue), *_refusals(catalogue)])
    return with_steps({"needed": _needed(catalogue), "asked": _asked()}, answers)


def _needed(catalogue: Catalogue) -> exp.Select:
    """The measures of the KPI asked for: two of a ratio. They decide which days are covered."""

    def measures(kpi: Kpi) -> list[str]:
        return sorted({part.measure for part in _parts(catalogue, kpi)})

    alike = groupby(sorted(catalogue.kpis.values(), key=measures), measures)
    branches = [(is_one_of(KPI, [kpi.kpi_id for kpi in kpis]), texts(needed)) for needed, kpis in alike]
    return needed_measures(case(*branches))


def _asked() -> exp.Select:
    """The days that are covered, the last of those asked for, and how many of them the desk works on; in one row."""
    covered_from, covered_to = column("covered_from"), column("covered_to")
    needed = select(columns("measure"), table("needed"))
    return select(
        {
            **columns("covered_from", "covered_to"),
            "closed_on": call("least", LAST, AS_OF, covered_to),
            "business_days": business_days(
                call("greatest", FIRST, covered_from), call("least", LAST, AS_OF, covered_to)
            ),
        },
        subquery(covered_days(needed, IS_KEPT["source"]), "covered"),
    )


def _answers(catalogue: Catalogue) -> Iterator[exp.Query]:
    """One part of the macro per fact whose KPIs look at the same rows, and one per ratio of two."""
    kpis = catalogue.kpis.values()
    plain = [kpi for kpi in kpis if kpi.statistic.kind != "ratio"]
    for _, together in groupby(sorted(plain, key=_looks_at), _looks_at):
        yield compile_metric(_query(*together))
    for kpi in kpis:
        if kpi.statistic.kind == "ratio":
            above, below = (_query(replace(part, kpi_id=kpi.kpi_id)) for part in catalogue.parts(kpi))
            yield compile_ratio(above, below)


def _query(*kpis: Kpi) -> MetricQuery:
    """KPIs that look at the same rows: events of the covered days asked for, or what stood at the close of the last."""
    by = ByColumns(GROUPS, picked_by=KPI, beside="asked")
    days = call("max", column("business_days"))
    if kpis[0].statistic.kind in STANDING:
        closed_on = column("closed_on")
        return MetricQuery(kpis, by, closed_on, scope=every(closed_on >= FIRST, KEPT), business_days=days)
    in_covered = between(column("day"), column("covered_from"), column("covered_to"))
    return MetricQuery(kpis, by, AS_OF, (FIRST, LAST), scope=every(in_covered, KEPT), business_days=days)


def _refusals(catalogue: Catalogue) -> Iterator[exp.Query]:
    """A row that is an error where the question names what there is not."""
    no_kpi = call("concat", text("no KPI '"), KPI, text("'; see kpi.catalogue"))
    yield _refusal(exp.not_(is_one_of(KPI, catalogue.kpis)), no_kpi)
    for parameter, names in ((BY, BY), (ONLY, call("map_keys", ONLY))):
        are_known = call("list_has_all", texts(DIMENSIONS), cast(names, "varchar[]"))
        yield _refusal(exp.not_(are_known), text(f"{parameter.name} takes some of {', '.join(DIMENSIONS)}"))


def _refusal(condition: Expression, message: Expression) -> exp.Select:
    nothing = {name: exp.Null() for name in DIMENSIONS}
    return select({**nothing, "value": call("error", message), "n": number(0)}, None, where=[condition])


def _looks_at(kpi: Kpi) -> tuple[str, bool, int]:
    is_standing = kpi.statistic.kind in STANDING
    return kpi.fact, is_standing, kpi.statistic.limit_days if is_standing else 0


def _parts(catalogue: Catalogue, kpi: Kpi) -> tuple[Kpi, ...]:
    return catalogue.parts(kpi) if kpi.statistic.kind == "ratio" else (kpi,)
