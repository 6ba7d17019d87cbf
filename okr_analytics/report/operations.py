"""What the desk is busy with: demand by hour, the backlog and its age, why tickets are escalated, which topics nobody
has written about, and what customers answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from okr_analytics.report.panels import Kpi, Month, read_kpis, read_months
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

DEMAND_DAYS = 92
BUSIEST = 3
LEDGER_WEEKS = 13
REASON = ("escalations_", "_count")
OF_ALL = ("escalations_count", "escalations_avoidable_count")


@dataclass(frozen=True)
class Hour:
    """An hour of a weekday (1: Monday), with the tickets opened in it and the days that it had."""

    weekday: int
    hour: int
    tickets: int
    days: int

    @property
    def per_day(self) -> float:
        """Tickets per such day."""
        return self.tickets / self.days


@dataclass(frozen=True)
class Demand:
    """The hours of a week over some months, from the first one to the last."""

    first: date
    last: date
    hours: Sequence[Hour]

    @property
    def peaks(self) -> Sequence[Hour]:
        """The busiest hours, the busiest first."""
        return sorted(self.hours, key=lambda each: (-each.per_day, each.weekday, each.hour))[:BUSIEST]


@dataclass(frozen=True)
class LedgerWeek:
    """A week of the backlog, from its Monday: opening + opened + reopened - solved = closing."""

    start: date
    opening: int
    opened: int
    reopened: int
    solved: int
    closing: int


@dataclass(frozen=True)
class Backlog:
    """The backlog at the close of the published day: figures by KPI id, open tickets by team, and its weeks."""

    figures: Mapping[str, float]
    teams: Sequence[tuple[str, float]]
    weeks: Sequence[LedgerWeek]


@dataclass(frozen=True)
class Gap:
    """A topic in a month, with its tickets and articles. Null views: none known."""

    month: date
    topic: str
    tickets: int
    articles: int
    views: int | None
    is_gap: bool


@dataclass(frozen=True)
class Operations:
    """All of these. `reasons` are escalations by reason in the newest complete month, `survey_kpis` what is known of
    surveys in theirs."""

    demand: Demand | None
    backlog: Backlog
    reasons: Sequence[tuple[str, Month]]
    gaps: Sequence[Gap]
    survey_kpis: Sequence[tuple[Kpi, Month]]


def read_operations(engine: Engine, as_of: date) -> Operations:
    """As of the published day."""
    kpis = read_kpis(engine)
    return Operations(
        demand=_demand(engine, as_of),
        backlog=_backlog(engine, as_of),
        reasons=_reasons(engine, as_of, kpis),
        gaps=[Gap(*row) for row in engine.rows(query("knowledge_gaps"), {"as_of": as_of})],
        survey_kpis=_surveys(engine, as_of, kpis),
    )


def _demand(engine: Engine, as_of: date) -> Demand | None:
    """Over the month of the day and the three before it."""
    since = {"since": as_of - timedelta(days=DEMAND_DAYS)}
    ((first, last),) = engine.rows(query("demand_months"), since)
    rows = engine.rows(query("demand_by_hour"), since)
    hours = [Hour(weekday, hour, int(tickets), int(days)) for weekday, hour, tickets, days in rows]
    return Demand(first, last, hours) if any(each.tickets for each in hours) else None


def _backlog(engine: Engine, as_of: date) -> Backlog:
    since = as_of - timedelta(days=as_of.weekday(), weeks=LEDGER_WEEKS - 1)
    weeks = engine.rows(query("backlog_weeks"), {"since": since})
    return Backlog(
        figures=dict(engine.rows(query("backlog_figures"), {"as_of": as_of})),
        teams=engine.rows(query("backlog_by_team"), {"as_of": as_of}),
        weeks=[LedgerWeek(start, *map(int, counts)) for start, *counts in weeks],
    )


def _reasons(engine: Engine, as_of: date, kpis: Sequence[Kpi]) -> list[tuple[str, Month]]:
    """Escalations by reason, the commonest first; of those that are counted by one."""
    before, after = REASON
    counted = [each.kpi_id for each in kpis if each.measure == "escalations" and each.statistic == "count"]
    by_id = {kpi_id: kpi_id.removeprefix(before).removesuffix(after) for kpi_id in counted if kpi_id not in OF_ALL}
    months = read_months(engine, as_of, list(by_id))
    found = [(by_id[kpi_id], month) for kpi_id, month in months.items() if month.n or month.before]
    return sorted(found, key=lambda each: (-each[1].value, each[0]))


def _surveys(engine: Engine, as_of: date, kpis: Sequence[Kpi]) -> list[tuple[Kpi, Month]]:
    asked = [each for each in kpis if each.measure in ("surveys", "survey_response")]
    months = read_months(engine, as_of, [each.kpi_id for each in asked])
    return [(each, months[each.kpi_id]) for each in asked if each.kpi_id in months]
