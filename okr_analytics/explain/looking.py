"""Which rows a value rests on: the days that were looked at, and SQL for the rows that count as of the day.

The same rows as `okr.span_queries` measures: a measured value can be computed again from what is listed here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from okr_analytics.explain.asking import on
from okr_analytics.explain.definition import Definition
from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.groups import covered_days, visible
from okr_analytics.metrics.stocks import entered
from okr_analytics.okr.defining.periods import Period, span, whole_periods
from okr_analytics.okr.measuring.span_queries import kept
from okr_analytics.warehouse.engine import Engine, literal, quoted
from okr_analytics.warehouse.models import models

OBSERVATIONS = "fact.observations"
STANDING = ("stock", "age")
IDS = {"surveys": "survey_id", "articles": "article_id", "observations": "metric"}


@dataclass(frozen=True)
class Look:
    """One KPI under a filter, as of a day: the days asked for, and those of them that sources cover (null: none).

    `working_day` is what a day is called of which volumes are told."""

    kpi: Kpi
    filter: str
    day: date
    asked: Period
    covered: Period | None
    working_day: str

    @property
    def is_standing(self) -> bool:
        """Whether it is about what stands at the close of a day."""
        return self.kpi.statistic.kind in STANDING

    @property
    def close(self) -> str:
        """The last covered day, in SQL."""
        return on(self.covered.last if self.covered else self.day)

    @property
    def input(self) -> str:
        """What its rows are made of: tickets, surveys, articles or observations."""
        if self.kpi.fact == OBSERVATIONS:
            return "observations"
        return models()[self.kpi.fact].header.input

    @property
    def kept(self) -> str:
        """The rows that the filter lets through, in SQL."""
        return kept(self.filter)

    @property
    def in_span(self) -> str:
        """The days that are covered, in SQL."""
        return f"between {on(self.covered.first)} and {on(self.covered.last)}" if self.covered else "is null"

    @property
    def is_seen(self) -> str:
        """The rows of these days that count as of the day, whether or not they have a value; in SQL."""
        if self.is_standing:
            return f"{entered(self.kpi)} <= {self.close} and (counts_until is null or counts_until > {self.close})"
        return f"day {self.in_span} and {visible(on(self.day))}"

    @property
    def has_own_id(self) -> bool:
        """Whether its rows bear the id of what they are made of; those of some surveys bear their ticket's."""
        return IDS.get(self.input, "ticket_id") in models()[self.kpi.fact].columns

    @property
    def rows(self) -> str:
        """The rows that count: id, source, day, value, per (of a rate) and agent; in SQL."""
        name = IDS.get(self.input, "ticket_id") if self.has_own_id else "ticket_id"
        value = f"{self.close} - day" if self.is_standing else self.kpi.value
        per = quoted(self.kpi.per) if self.kpi.per else "null"
        return (
            f"select {name} as id, source, day, {value} as value, {per} as per, agent "
            f"from {self.kpi.fact} where {self.kept} and {self.is_seen} and {self.kpi.value} is not null"
        )


def looks(engine: Engine, definition: Definition, day: date) -> Iterator[Look]:
    """What is looked at for the value of a day: of a ratio twice, of a maintain for its last closed period."""
    asked = days_asked(definition, day)
    if asked is None:
        return
    filtered = str(definition.row["filter"])
    covered = _covered(engine, definition, asked)
    for each in definition.measures:
        look = Look(each, filtered, day, asked, covered, definition.working_day)
        yield look if _is_told(engine, look) else replace(look, covered=None)


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
    asked = f"day between {on(covered.first)} and {on(covered.last)}"
    ((count,),) = engine.rows(f"select count(*) from core.days where is_business_day and {asked}")
    return int(count)


def sources_kept(definition: Definition) -> str:
    """The sources that the filter lets through, in SQL."""
    return kept(json.dumps({"source": definition.filter.get("source", [])}))


def _is_told(engine: Engine, look: Look) -> bool:
    """Whether anything ever tells of it: a filter on a member that never was covers no day."""
    everything = "core.tickets" if look.input == "tickets" else look.kpi.fact
    meant = f"metric = {literal(look.kpi.measure)}" if look.input == "observations" else "true"
    told = look.kpi.told if look.kpi.statistic.is_zero_when_empty else "true"
    ((is_told,),) = engine.rows(f"select exists (select 1 from {everything} where {look.kept} and {meant}) and {told}")
    return bool(is_told)


def _covered(engine: Engine, definition: Definition, asked: Period) -> Period | None:
    """The days asked for that some source covers of every measure that is needed."""
    measures = [each.measure for each in definition.measures]
    ((first, last),) = engine.rows(covered_days(measures, sources_kept(definition)))
    if first is None:
        return None
    first, last = max(first, asked.first), min(last, asked.last)
    return Period(first, last) if first <= last else None
