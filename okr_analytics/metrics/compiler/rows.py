"""Which rows of a fact count for a KPI: its value in them, the members kept, and as of which day; in SQL.

An event counts on its `day`, as of every day from `counts_from` until before `counts_until`. What stands, stands from
the close of `counts_from` until before the close of `counts_until`; its age begins on its `day`.
"""

from collections.abc import Iterable, Sequence

from sqlglot import exp

from okr_analytics.contracts.columns import DIMENSIONS, UNKNOWN
from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.compiler.expressions import (
    Expression,
    call,
    case,
    cast,
    column,
    every,
    exists,
    is_known,
    is_one_of,
    number,
    select,
    table,
    text,
    union_all,
)
from okr_analytics.metrics.compiler.query import Members
from okr_analytics.metrics.statistics import Operands

STANDING = ("stock", "age")


def looked_at(kpi: Kpi) -> Expression:
    """The value of a row; null for rows that are not meant."""
    conditions = [_is_member(name, members) for name, members in kpi.where]
    if kpi.statistic.divided_by == "agent_days":
        conditions.append(column("agent").neq(text(UNKNOWN)))
    return case((every(*conditions), column(kpi.column))) if conditions else column(kpi.column)


def operands(kpi: Kpi, value: Expression | None = None, day: str = "day") -> Operands:
    """What the statistic looks at in a row; `value` in place of the row's own, where it is computed already."""
    per = column(kpi.per) if kpi.per else exp.Null()
    return Operands(looked_at(kpi) if value is None else value, per, column(day))


def zero_condition(kpi: Kpi) -> Expression:
    """Some row says what the KPI counts, so that none of it is 0 and not unknown."""
    conditions = [is_known(column(kpi.column))] if kpi.column != "value" else []
    for name, members in kpi.where:
        names_members = name in (*DIMENSIONS, "metric")
        conditions.append(_is_member(name, members) if names_members else is_known(column(name)))
    return exists(select({"found": number(1)}, table(kpi.fact), where=conditions)) if conditions else exp.true()


def zero_filled(kpis: Iterable[Kpi]) -> exp.Query:
    """kpi_id of the counts and stocks of which none is 0, and not unknown."""
    counted = (kpi for kpi in kpis if kpi.statistic.is_zero_when_empty)
    return union_all(select({"kpi_id": text(kpi.kpi_id)}, None, where=[zero_condition(kpi)]) for kpi in counted)


def keeps(members: Members) -> Expression:
    """The row is of one of the wanted members of each dimension; a dimension without any wants all."""
    return every(*(is_one_of(column(name), wanted) for name, wanted in members.items() if wanted))


def valid_as_of(day: Expression) -> Expression:
    """The row counts as of the day."""
    return _lasts(column("counts_from"), day)


def is_over(day: Expression) -> Expression:
    """The row counts no more as of the day."""
    return column("counts_until") <= day


def entry_day(kpi: Kpi) -> Expression:
    """The day from whose close on a row stands in the stock: for older_than, once it is that old."""
    days = kpi.statistic.limit_days
    return call("greatest", column("counts_from"), column("day") + number(days)) if days else column("counts_from")


def stands_at(kpi: Kpi, close: Expression) -> Expression:
    """The row stands in the stock at the close of the day."""
    return _lasts(entry_day(kpi), close)


def stock_changes(kpi: Kpi, until: Expression, *conditions: Expression) -> exp.Query:
    """The fact's rows once where they enter the stock and once where they leave, up to a day: its columns with
    `changed_on` and `delta`."""
    stays = column("counts_until").is_(exp.Null()) | (entry_day(kpi) < column("counts_until"))
    of_it = [is_known(looked_at(kpi)), stays, *conditions]
    changes = ((entry_day(kpi), 1), (column("counts_until"), -1))
    return union_all(
        exp.Select()
        .select(exp.Star(), exp.alias_(day, "changed_on"), exp.alias_(number(delta), "delta"), copy=False)
        .from_(table(kpi.fact), copy=False)
        .where(every(*of_it, day <= until), copy=False)
        for day, delta in changes
    )


def _lasts(since: Expression, day: Expression) -> Expression:
    until = column("counts_until")
    return every(since <= day, until.is_(exp.Null()) | (until > day))


def _is_member(name: str, members: Sequence[str]) -> Expression:
    return is_one_of(cast(column(name), "varchar"), members)
