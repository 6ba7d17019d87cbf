"""What can be asked of KPIs: which, over which days, of which members, grouped by what, as of when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.compiler.expressions import (
    Columns,
    Expression,
    column,
    everything,
    in_brackets,
    select,
    table,
)

Members = Mapping[str, Sequence[str]]
Output = Literal["value", "n", "numerator", "denominator", "squares"]


def run_date() -> Expression:
    """The day that this run speaks of."""
    return in_brackets(select({"as_of_date": column("as_of_date")}, table("work.run")))


def _everything(_: str) -> Expression:
    return everything()


@dataclass(frozen=True)
class ByColumns:
    """The outputs of each combination of `columns` that has rows; of all rows together, in one row, without any.

    Of several KPIs it is the one whose id is `picked_by`. `beside` is a table of one row whose columns are there too.
    """

    columns: Columns = field(default_factory=dict)
    outputs: Sequence[Output] = ("value", "n")
    picked_by: Expression | None = None
    beside: str | None = None


@dataclass(frozen=True)
class ByDay:
    """kpi_id, day, dimension, member, total, base, n of each day, for all and for one dimension at a time: what the
    numerator and the denominator add up to, or by how much a stock changes."""


@dataclass(frozen=True)
class ByPeriod:
    """kpi_id, grain, period_start, dimension, member, value, n, for all and for one dimension at a time.

    Percentiles are of the one `grain`; what adds up, stocks and ages are of every grain: stocks and ages at the close
    of its last day of which anything is known. `within` says which periods of a grain are wanted: as a condition on
    `daily_sums` and `days` (core.days) where KPIs add up, on `days` of what stands.
    """

    grain: str = "day"
    within: Callable[[str], Expression] = _everything


@dataclass(frozen=True)
class ByClose:
    """day, closing: how much stands at the close of each of the days, counted anew for each."""


@dataclass(frozen=True)
class BySpan:
    """kpi_id, filter, over, day, value, n of each row of `spans`: over the days from its first_day to its last_day that
    some source covers of all the `measures`, as of its day.

    `input` is what the fact's rows are made of; where they are tickets, a member exists from its first ticket on.
    """

    spans: exp.Query
    measures: tuple[str, ...]
    input: str


GroupBy = ByColumns | ByDay | ByPeriod | ByClose | BySpan


@dataclass(frozen=True)
class MetricQuery:
    """KPIs that look at the same rows of one fact, as of a day.

    as_of: events are those known on that day; what stands is taken at its close. days: the first and last day of
    events; null: all. members: those let through, by dimension. scope: a further condition on the rows. business_days:
    what volumes per business day are divided by.
    """

    kpis: tuple[Kpi, ...]
    group_by: GroupBy = field(default_factory=ByColumns)
    as_of: Expression = field(default_factory=run_date)
    days: tuple[Expression, Expression] | None = None
    members: Members = field(default_factory=dict)
    scope: Expression = field(default_factory=everything)
    business_days: Expression = field(default_factory=exp.Null)

    @property
    def kpi(self) -> Kpi:
        """The KPI, or the first of several that look at the same rows."""
        return self.kpis[0]
