"""The KPIs of the page: one panel per measure, its weeks beside the weeks before, and who is how far from whom.

Which KPI speaks for a measure follows from the catalogue; nothing has to be named here for a new one to appear.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

WEEKS = 13
DIMENSIONS = ("channel", "team", "topic")
MOST_MEMBERS = 12
LONGEST_MONTH = 31
ELSEWHERE = ("escalations", "surveys", "backlog", "sla_first_response_at_risk", "sla_resolution_at_risk")
"""Measures that have a place of their own on the page."""
FIRST = (
    "tickets_opened", "tickets_resolved", "first_response", "full_resolution", "first_contact", "reopened", "escalated",
    "sla_first_response", "sla_resolution", "customer_wait", "first_resolution", "answered", "transfers", "autonomy",
)  # fmt: skip
"""What heads of support look at first; all others follow by name."""
SPEAKERS = ("median", "share", "rate", "per_business_day", "mean", "ratio", "count", "sum")
"""Which statistic speaks for a measure: the first of these that it has."""


@dataclass(frozen=True)
class Kpi:
    """A KPI as the catalogue tells of it."""

    kpi_id: str
    title: str
    question: str
    measure: str
    statistic: str
    clock: str | None
    unit: str
    direction: str
    is_own: bool


@dataclass(frozen=True)
class Week:
    """One week from its Monday; null where nothing is known. Not complete: it is not over, or may still change."""

    start: date
    value: float | None
    n: int
    is_complete: bool


@dataclass(frozen=True)
class Month:
    """One complete month beside the one before; null where nothing is known of that."""

    start: date
    value: float
    n: int
    before: float | None


@dataclass(frozen=True)
class Member:
    """One member of a dimension in the newest complete month."""

    dimension: str
    member: str
    month: Month


@dataclass(frozen=True)
class Panel:
    """One measure: the KPI that speaks for it, the slowest tenth beside a median (null: has none), the weeks of both,
    and the newest complete month of the desk and of each member."""

    kpi: Kpi
    tail: Kpi | None
    weeks: Sequence[Week]
    tail_weeks: Sequence[Week]
    month: Month | None
    tail_month: Month | None
    members: Sequence[Member]

    @property
    def recent(self) -> Sequence[Week]:
        """The newest weeks."""
        return self.weeks[-WEEKS:]

    @property
    def before(self) -> Sequence[Week]:
        """As many weeks before those."""
        return self.weeks[:-WEEKS]

    def of(self, dimension: str) -> Sequence[Member]:
        """The members of a dimension, those with most first."""
        found = [each for each in self.members if each.dimension == dimension]
        return sorted(found, key=lambda each: (-each.month.n, each.member))[:MOST_MEMBERS]


def read_panels(engine: Engine, as_of: date) -> list[Panel]:
    """One panel per measure of which anything is known in the weeks that are shown."""
    kpis = [Kpi(*row) for row in engine.rows(query("kpis_with_values"))]
    chosen = [pair for pair in _chosen(kpis) if pair[0].measure not in ELSEWHERE]
    wanted = [each.kpi_id for pair in chosen for each in pair if each]
    weeks, months = _weeks(engine, as_of, wanted), _months(engine, as_of, wanted)
    panels = [_panel(kpi, tail, weeks, months) for kpi, tail in chosen]
    return [panel for panel in panels if any(week.value is not None for week in panel.weeks)]


def read_kpis(engine: Engine) -> list[Kpi]:
    """Every KPI that has values, by measure."""
    return [Kpi(*row) for row in engine.rows(query("kpis_with_values"))]


def read_months(engine: Engine, as_of: date, kpi_ids: Sequence[str]) -> dict[str, Month]:
    """The newest complete month of the whole desk, by KPI."""
    found = _months(engine, as_of, kpi_ids)
    return {kpi_id: month for (kpi_id, dimension, _), month in found.items() if dimension == "all"}


def _chosen(kpis: Sequence[Kpi]) -> Iterator[tuple[Kpi, Kpi | None]]:
    """Per measure the KPI that speaks for it, and its 90th percentile."""
    by_measure = {name: list(together) for name, together in groupby(kpis, key=lambda each: each.measure)}
    order = [*(each for each in FIRST if each in by_measure), *(each for each in by_measure if each not in FIRST)]
    for measure in order:
        together = by_measure[measure]
        speaker = min(together, key=_rank)
        is_tail = speaker.statistic == "median"
        yield speaker, next((e for e in together if is_tail and (e.statistic, e.clock) == ("p90", speaker.clock)), None)


def _rank(kpi: Kpi) -> tuple[bool, int]:
    """What is about the whole measure before what is about some of it, then by statistic."""
    whole = "_".join(each for each in (kpi.measure, kpi.clock, kpi.statistic) if each)
    place = SPEAKERS.index(kpi.statistic) if kpi.statistic in SPEAKERS else len(SPEAKERS)
    return kpi.kpi_id != whole, place


def _panel(kpi: Kpi, tail: Kpi | None, weeks: dict[str, list[Week]], months: dict[tuple[str, ...], Month]) -> Panel:
    members = [Member(key[1], key[2], month) for key, month in months.items() if key[0] == kpi.kpi_id]
    tail_id = tail.kpi_id if tail else ""
    return Panel(
        kpi=kpi,
        tail=tail,
        weeks=weeks.get(kpi.kpi_id, []),
        tail_weeks=weeks.get(tail_id, [])[-WEEKS:],
        month=months.get((kpi.kpi_id, "all", "all")),
        tail_month=months.get((tail_id, "all", "all")),
        members=[each for each in members if each.dimension != "all"],
    )


def _weeks(engine: Engine, as_of: date, wanted: Sequence[str]) -> dict[str, list[Week]]:
    """Two spans of weeks up to the newest one that is over."""
    after = as_of + timedelta(days=1)
    last = after - timedelta(days=after.weekday() + 7)
    first = last - timedelta(weeks=2 * WEEKS - 1)
    values = {"first_day": first, "last_day": last, "kpi_ids": wanted}
    rows = engine.rows(query("weekly_values"), values)
    return {kpi_id: [Week(*row[1:]) for row in rows] for kpi_id, rows in groupby(rows, key=lambda row: row[0])}


def _months(engine: Engine, as_of: date, wanted: Sequence[str]) -> dict[tuple[str, ...], Month]:
    """Per KPI and member its newest complete month, where it is the newest one of the whole desk too."""
    values = {
        "dimensions": ["all", *DIMENSIONS],
        "first_day": as_of - timedelta(days=150),
        "last_day": as_of,
        "kpi_ids": wanted,
    }
    rows = engine.rows(query("monthly_values"), values)
    found = {key: [row[3:] for row in rows] for key, rows in groupby(rows, key=lambda row: row[:3])}
    newest = {key[0]: months[-1][0] for key, months in found.items() if key[1] == "all"}
    return {key: _month(months) for key, months in found.items() if months[-1][0] == newest.get(key[0])}


def _month(months: Sequence[tuple[Any, ...]]) -> Month:
    *earlier, (start, value, n) = months
    before = earlier[-1] if earlier and (start - earlier[-1][0]).days <= LONGEST_MONTH else None
    return Month(start, value, n, before[1] if before else None)
