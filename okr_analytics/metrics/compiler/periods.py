"""KPIs by day and by period, for all rows and for one dimension at a time: every grouping in one pass over a fact."""

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.contracts.kpi import GRAINS
from okr_analytics.metrics.compiler.expressions import (
    EXACT,
    Columns,
    Expression,
    call,
    case,
    cast,
    column,
    columns,
    divide,
    is_one_of,
    item,
    join,
    number,
    quantiles_cont,
    row_of,
    select,
    subquery,
    table,
    text,
    union_all,
    unnested_structs,
)
from okr_analytics.metrics.compiler.query import ByPeriod, MetricQuery
from okr_analytics.metrics.compiler.rows import looked_at, operands
from okr_analytics.metrics.compiler.totals import counts

DAILY_SUMS = "kpi.daily_sums"
PERIOD_KEY = ("grain", "period_start", "dimension", "member")


def dimension_and_member() -> dict[str, Expression]:
    """Which dimension a row is grouped by and its member there; both 'all' where it is by none."""
    branches = ((call("grouping", column(name)).eq(number(0)), text(name)) for name in DIMENSIONS)
    return {
        "dimension": case(*branches, otherwise=text("all")),
        "member": call("coalesce", *map(column, DIMENSIONS), text("all")),
    }


def by_dimension(query: exp.Select, *key: str) -> exp.Select:
    """The query grouped by the key alone, and by the key with each dimension."""
    sets = [row_of(*map(column, key)), *(row_of(*map(column, (*key, name))) for name in DIMENSIONS)]
    query.set("group", exp.Group(grouping_sets=[exp.GroupingSets(expressions=sets)]))
    return query


def sums_by_day(query: MetricQuery) -> exp.Query:
    """Totals and bases of additive KPIs by day; a member without rows of its own on a day is absent."""
    sums: dict[str, Expression] = {}
    entries = {}
    for place, kpi in enumerate(query.kpis):
        row = operands(kpi)
        sums[f"total_{place}"] = kpi.statistic.numerator(row)
        sums[f"base_{place}"] = kpi.statistic.denominator(row, is_one_day=True)
        sums[f"n_{place}"] = call("count", row.value)
        total, base = (
            call("coalesce", cast(column(f"{name}_{place}"), EXACT), number(0)) for name in ("total", "base")
        )
        entries[kpi.kpi_id] = {"total": total, "base": base, "n": column(f"n_{place}")}
    chosen = {"day": column("day"), **dimension_and_member(), **sums}
    summed = by_dimension(select(chosen, table(query.kpi.fact), where=[counts(query)]), "day")
    return one_row_per_kpi(("day", "dimension", "member"), entries, summed, _has_rows())


def sums_by_period(query: MetricQuery, by: ByPeriod) -> exp.Query:
    """Values of additive KPIs of every grain, from kpi.daily_sums: exact, as totals and bases add up over days."""
    summed = each_grain(lambda grain, start: _rolled_up(query, grain, start, by.within(grain)))
    volumes = [kpi.kpi_id for kpi in query.kpis if kpi.statistic.is_volume]
    value = case(
        (is_one_of(column("kpi_id"), volumes), cast(column("total"), "double")),
        otherwise=divide(column("total"), column("base")),
    )
    chosen = {**columns("kpi_id", *PERIOD_KEY), "value": value, "n": cast(column("n"), "bigint")}
    return select(chosen, subquery(summed, "summed"))


def _rolled_up(query: MetricQuery, grain: str, start: Expression, within: Expression) -> exp.Select:
    sums = {name: call("sum", column(name)) for name in ("total", "base", "n")}
    key = columns("kpi_id", "dimension", "member")
    return select(
        {"kpi_id": key["kpi_id"], "grain": text(grain), "period_start": start, **key, **sums},
        table(DAILY_SUMS, "daily_sums"),
        joins=[join(table("core.days", "days"), column("day", "daily_sums").eq(column("day", "days")))],
        where=[is_one_of(column("kpi_id"), (kpi.kpi_id for kpi in query.kpis)), within],
        group=[*key.values(), start],
    )


def quantiles_by_period(query: MetricQuery, by: ByPeriod) -> exp.Query:
    """All quantiles of a fact by one grain: its rows are grouped once, and each column's values ordered once."""
    shares: dict[Expression, list[str]] = {}
    for kpi in query.kpis:
        shares.setdefault(looked_at(kpi), []).append(str(kpi.statistic.quantile))
    places = {value: place for place, value in enumerate(shares)}
    taken: dict[str, Expression] = {}
    for value, place in places.items():
        taken[f"n_{place}"] = call("count", column(f"value_{place}"))
        taken[f"quantiles_{place}"] = quantiles_cont(column(f"value_{place}"), shares[value])
    day = column("day")
    start = day if by.grain == "day" else cast(call("date_trunc", text(by.grain), day), "date")
    values = {f"value_{place}": value for value, place in places.items()}
    rows = select(
        {"period_start": start, **columns(*DIMENSIONS), **values}, table(query.kpi.fact), where=[counts(query)]
    )
    chosen = {"grain": text(by.grain), "period_start": column("period_start"), **dimension_and_member(), **taken}
    grouped = by_dimension(select(chosen, subquery(rows, "rows")), "period_start")
    entries = {}
    for kpi in query.kpis:
        place = places[looked_at(kpi)]
        share = shares[looked_at(kpi)].index(str(kpi.statistic.quantile))
        entries[kpi.kpi_id] = {"value": item(column(f"quantiles_{place}"), share), "n": column(f"n_{place}")}
    return values_by_period(entries, grouped)


def values_by_period(entries: Mapping[str, Columns], grouped: exp.Query) -> exp.Query:
    """kpi_id, grain, period_start, dimension, member, value, n: what `entries` say of each KPI and row of `grouped`.

    A member without rows of its own is absent.
    """
    typed = {
        kpi_id: {"value": cast(each["value"], "double"), "n": cast(each["n"], "bigint")}
        for kpi_id, each in entries.items()
    }
    is_there = _has_rows() | column("dimension").eq(text("all"))
    return one_row_per_kpi(PERIOD_KEY, typed, grouped, is_there)


def each_grain(query: Callable[[str, Expression], exp.Query]) -> exp.Query:
    """The union of `query` over the grains: of the grain's name and its column in core.days."""
    return union_all(query(grain, column(grain, "days")) for grain in GRAINS)


def one_row_per_kpi(
    key: Sequence[str], entries: Mapping[str, Columns], grouped: exp.Query, where: Expression
) -> exp.Query:
    """kpi_id, the key, and what `entries` say of each KPI, for each row of `grouped`."""
    names = list(next(iter(entries.values())))
    structs = unnested_structs({"kpi_id": text(kpi_id), **entry} for kpi_id, entry in entries.items())
    unnested = select({**columns(*key), "entry": structs}, subquery(grouped, "grouped"))
    chosen = {"kpi_id": column("kpi_id", "entry"), **columns(*key), **columns(*names, table="entry")}
    return select(chosen, subquery(unnested, "entries"), where=[where])


def _has_rows() -> Expression:
    return column("n", "entry") > number(0)
