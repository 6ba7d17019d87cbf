"""Which rows a value rests on: the days that were looked at, and the question to the metric compiler.

The same rows as are measured: a measured value can be computed again from what is listed here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from okr_analytics.explain.definition import Definition
from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.compiler import coverage
from okr_analytics.metrics.compiler.expressions import date_literal, everything, nothing, render
from okr_analytics.metrics.compiler.query import Members, MetricQuery
from okr_analytics.metrics.compiler.rows import STANDING, keeps
from okr_analytics.metrics.compiler.totals import counts
from okr_analytics.okr.defining.periods import Period, span, whole_periods
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.models import models

OBSERVATIONS = "fact.observations"
IDS = {"surveys": "survey_id", "articles": "article_id", "observations": "metric"}


@dataclass(frozen=True)
class RowSelection:
    """One KPI under a filter, as of a day: the days asked for, and those of them that sources cover (null: none).

    `working_day` is what a day is called of which volumes are told."""

    kpi: Kpi
    members: Members
    day: date
    asked: Period
    covered: Period | None
    working_day: str

    @property
    def is_standing(self) -> bool:
        """Whether it is about what stands at the close of a day."""
        return self.kpi.statistic.kind in STANDING

    @property
    def last_day(self) -> date:
        """The last covered day, at whose close stocks and ages are taken."""
        return self.covered.last if self.covered else self.day

    @property
    def query(self) -> MetricQuery:
        """What is asked of the metric compiler: the rows that count as of the day."""
        as_of = date_literal(self.last_day if self.is_standing else self.day)
        if self.covered is None:
            scope = everything() if self.is_standing else nothing()
            return MetricQuery((self.kpi,), as_of=as_of, members=self.members, scope=scope)
        days = (date_literal(self.covered.first), date_literal(self.covered.last))
        return MetricQuery((self.kpi,), as_of=as_of, days=days, members=self.members)

    @property
    def input(self) -> str:
        """What its rows are made of: tickets, surveys, articles or observations."""
        if self.kpi.fact == OBSERVATIONS:
            return "observations"
        return models()[self.kpi.fact].header.input

    @property
    def close(self) -> str:
        """The last covered day, in SQL."""
        return render(date_literal(self.last_day))

    @property
    def kept(self) -> str:
        """The rows that the filter lets through, in SQL."""
        return render(keeps(self.members))

    @property
    def in_span(self) -> str:
        """The days that are covered, in SQL."""
        if self.covered is None:
            return "is null"
        return f"between {render(date_literal(self.covered.first))} and {render(date_literal(self.covered.last))}"

    @property
    def is_seen(self) -> str:
        """The rows of these days that count as of the day, of any members, whether or not they have a value; in SQL."""
        return render(counts(replace(self.query, members={})))

    @property
    def has_own_id(self) -> bool:
        """Whether its rows bear the id of what they are made of; those of some surveys bear their ticket's."""
        return IDS.get(self.input, "ticket_id") in models()[self.kpi.fact].columns

    @property
    def identifier(self) -> str:
        """The column of the id of its rows."""
        return IDS.get(self.input, "ticket_id") if self.has_own_id else "ticket_id"


def selections(engine: Engine, definition: Definition, day: date) -> Iterator[RowSelection]:
    """What is looked at for the value of a day: of a ratio twice, of a maintain for its last closed period."""
    asked = days_asked(definition, day)
    if asked is None:
        return
    for kpi in definition.measures:
        looked_at = RowSelection(kpi, definition.filter, day, asked, None, definition.working_day)
        yield replace(looked_at, covered=_covered(engine, looked_at, [each.measure for each in definition.measures]))


def days_asked(definition: Definition, day: date) -> Period | None:
    """The days that the value of a day is measured over; null where nothing is measured, or no period has closed."""
    if not definition.measures or day < definition.window.first:
        return None
    if definition.kind == "maintain":
        return max(closed_periods(definition, day), default=None)
    return span(str(definition.row["over"]), day, definition.window)


def closed_periods(definition: Definition, day: date) -> list[Period]:
    """The days, weeks or months of a maintain or cadence that are over."""
    return [each for each in whole_periods(definition.window, str(definition.grain)) if each.last <= day]


def business_days(engine: Engine, covered: Period | None) -> int:
    """How many of the days the desk works on."""
    if covered is None:
        return 0
    days = coverage.business_days(date_literal(covered.first), date_literal(covered.last))
    ((count,),) = engine.rows(f"select {render(days)}")
    return int(count)


def sources_kept(definition: Definition) -> str:
    """The sources that the filter lets through, in SQL."""
    return render(keeps({"source": definition.filter.get("source", [])}))


def _covered(engine: Engine, looked_at: RowSelection, measures: list[str]) -> Period | None:
    """The days asked for that some source covers of every measure that is needed; none of members that never were."""
    covered = coverage.coverage(looked_at.kpi, measures, looked_at.members, looked_at.input)
    for first, last, _ in engine.rows(render(covered)):
        if first is not None and max(first, looked_at.asked.first) <= min(last, looked_at.asked.last):
            return Period(max(first, looked_at.asked.first), min(last, looked_at.asked.last))
    return None
