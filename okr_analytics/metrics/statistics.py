"""What a statistic makes of the rows of a measure. A ratio is never averaged: each is taken anew from its rows.

Additive statistics are a numerator over a denominator, both of which add up over days. Quantiles need the rows. Stocks
count what stands at the close of a day. A ratio divides one KPI by another over the same days and members.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from okr_analytics.durations import DAY
from okr_analytics.metrics.compiler.expressions import (
    Expression,
    call,
    case,
    column,
    count_distinct,
    divide,
    is_known,
    number,
    quantile_cont,
    row_of,
)

Kind = Literal["additive", "quantile", "stock", "age", "ratio"]
Denominator = Literal["rows", "per", "agent_days", "business_days", "nothing"]


@dataclass(frozen=True)
class Operands:
    """What a statistic looks at in a row: its value (null where the row is not meant), what a rate is per, and the
    day."""

    value: Expression
    per: Expression
    day: Expression


def _value(row: Operands, _: int | None) -> Expression:
    return row.value


def _value_where_per_is_known(row: Operands, _: int | None) -> Expression:
    return case((is_known(row.per), row.value))


def _is_within_limit(row: Operands, limit_seconds: int | None) -> Expression:
    within = row.value <= number(limit_seconds or 0)
    return case((within, number(1)), (is_known(row.value), number(0)))


@dataclass(frozen=True)
class Statistic:
    """One statistic: how it reads in SQL. `is_zero_when_empty`: no rows on covered days mean 0, not null.

    `summand` is what a row adds to the numerator; `divided_by` what the numerator is divided by.
    """

    name: str
    title: str
    unit: str
    kind: Kind = "additive"
    limit_seconds: int | None = None
    quantile: str | None = None
    is_zero_when_empty: bool = False
    summand: Callable[[Operands, int | None], Expression] = _value
    divided_by: Denominator = "rows"

    @property
    def limit_days(self) -> int:
        """The limit in whole days; 0 without one."""
        return (self.limit_seconds or 0) // DAY

    def numerator(self, row: Operands) -> Expression:
        """What the rows add up to, in SQL."""
        return call("sum", self.summand(row, self.limit_seconds))

    def denominator(self, row: Operands, *, is_one_day: bool = False) -> Expression:
        """What the numerator is divided by, in SQL over the rows, by default of any days; of volumes how many there
        are."""
        if self.divided_by == "per":
            return call("sum", case((is_known(row.value), row.per)))
        if self.divided_by == "agent_days":
            agent = column("agent") if is_one_day else row_of(row.day, column("agent"))
            return count_distinct(case((is_known(row.value), agent)))
        return call("count", row.value)

    def of_sums(self, numerator: Expression, denominator: Expression, business_days: Expression) -> Expression:
        """The statistic from summed numerators and denominators, and the business days, in SQL."""
        if self.divided_by == "nothing":
            return numerator
        return divide(numerator, business_days if self.divided_by == "business_days" else denominator)

    def of_rows(self, row: Operands, business_days: Expression) -> Expression:
        """The statistic over raw rows of any days, in SQL; a stock is how many there are."""
        if self.quantile:
            return quantile_cont(row.value, self.quantile)
        if self.kind == "stock":
            return call("count", row.value)
        return self.of_sums(self.numerator(row), self.denominator(row), business_days)

    @property
    def is_volume(self) -> bool:
        """Whether it grows with the days that it is taken over."""
        return self.divided_by in ("nothing", "business_days")

    @property
    def adds_up_over_days(self) -> bool:
        """Whether the denominator of several days is the sum of the denominators of each."""
        return self.kind == "additive" and self.divided_by != "agent_days"

    def per_day(self) -> "Statistic":
        """The same volume per business day."""
        return replace(self, name="per_business_day", divided_by="business_days")


STATISTICS = {
    each.name: each
    for each in (
        Statistic("count", "number", "{unit}", is_zero_when_empty=True, divided_by="nothing"),
        Statistic("sum", "sum", "{unit}", is_zero_when_empty=True, divided_by="nothing"),
        Statistic(
            "per_business_day", "per {day}", "{unit} per {day}", is_zero_when_empty=True, divided_by="business_days"
        ),
        Statistic("per_agent_day", "per agent and day", "{unit} per agent and day", divided_by="agent_days"),
        Statistic("mean", "mean", "{unit}"),
        Statistic("share", "share", "share"),
        Statistic("share_within", "share within {limit}", "share", summand=_is_within_limit),
        Statistic("rate", "rate", "{unit}", summand=_value_where_per_is_known, divided_by="per"),
        Statistic("median", "median", "{unit}", kind="quantile", quantile="0.5"),
        Statistic("closing", "at the close", "{unit}", kind="stock", is_zero_when_empty=True),
        Statistic("older_than", "older than {limit}", "{unit}", kind="stock", is_zero_when_empty=True),
        Statistic("median_age", "median age", "days", kind="age", quantile="0.5"),
        Statistic("ratio", "ratio", "{unit}", kind="ratio"),
    )
}
NEEDS_LIMIT = ("share_within", "older_than")
NAMES = (*STATISTICS, "p90 or any other percentile")


def statistic(name: str, limit_seconds: int | None = None) -> Statistic:
    """The statistic of that name; any percentile is written p90, p95, … Raises KeyError for an unknown one."""
    if percentile := re.fullmatch(r"p([1-9]\d?)", name):
        share = f"0.{int(percentile[1]):02d}"
        return Statistic(name, f"{percentile[1]}th percentile", "{unit}", kind="quantile", quantile=share)
    return replace(STATISTICS[name], limit_seconds=limit_seconds)
