"""Nights of a desk whose measured values are written down by the test: definitions, history and answers, no tickets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from conftest import put

from okr_analytics.contracts.core import Feeds
from okr_analytics.contracts.inputs import CheckIns
from okr_analytics.contracts.okr import Measurements
from okr_analytics.contracts.validation import empty
from okr_analytics.desk import read_desk
from okr_analytics.home import Home
from okr_analytics.okr.answering import build_answers
from okr_analytics.okr.build import build_key_results, build_objectives, build_said
from okr_analytics.okr.defining.periods import days_of
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.scope import EVERYTHING, Scope
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.objectives import build_objective_attainment
from okr_analytics.okr.reported import build_reported
from okr_analytics.okr.reporting import build_attainment
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.stage import Stage, staged

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
MEDIAN, SHARE = "first_response_calendar_median", "answered_share"
KEYS = "kr_id, as_of_date"
ANSWER = "value, baseline, target, raw, attainment, status, n"
LATEST = f"select {KEYS}, {ANSWER} from okr.latest order by kr_id, as_of_date"
OBJECTIVES = (
    "select objective_id, as_of_date, attainment, expected, coverage, status from okr.objective_attainment "
    "where known_to is null order by all"
)
DAY = date(2026, 8, 15)
OKR = """\
objectives:
  - id: top
    title: Happier customers
    owner: Ana
    window: 2026-07-01..2026-09-30
    key_results:
      - {id: answered, title: b, kind: reach, kpi: answered_share, target: 80%, over: 28d}
      - {id: daily, title: c, kind: cadence, every: week}
  - id: below
    title: Sooner
    owner: Ion
    window: 2026-07-01..2026-09-30
    parent: top
    key_results:
      - {id: sooner, title: a, kpi: first_response_calendar_median, baseline: 100 min, target: 50 min}
      - {id: plan, title: d, kind: milestone, milestones: [{id: bought, title: Tool is there, due: 2026-08-15}]}
"""


@dataclass
class Desk:
    """A desk whose measured values are written down by the test: (KPI, day) -> (value, n)."""

    home: Home
    values: dict[tuple[str, date], tuple[float, int]]
    said: list[dict[str, Any]] = field(default_factory=list)
    baseline: dict[date, tuple[float, int]] = field(default_factory=dict)

    def run(
        self,
        day: date,
        *,
        at: datetime | None = None,
        scope: Scope = EVERYTHING,
        ask: Mapping[str, str] | None = None,
    ) -> dict[str, list[tuple[Any, ...]]]:
        """A night's okr tables as of a day, known by a quarter past four the morning after. Answers to questions."""
        with staged(self.home.stage, "test") as stage:
            run = self.night(stage, day, at, scope)
            questions = ask or {"key results": LATEST, "objectives": OBJECTIVES}
            answers = {name: stage.engine.rows(question) for name, question in questions.items()}
            run.history.commit()
        return answers

    def night(self, stage: Stage, day: date, at: datetime | None = None, scope: Scope = EVERYTHING) -> Evaluation:
        """Make a night's okr tables in a stage; what the history is to keep is not committed yet."""
        stage.engine.create("core.feeds", _feeds(day))
        stage.engine.create("core.checkins", _check_ins(self.said))
        stage.put("okr.measurements", self._measurements(day))
        now = at or datetime(day.year, day.month, day.day, 4, 15) + timedelta(days=1)
        desk = read_desk(self.home)
        run = Evaluation(stage, History(self.home), read_definitions(self.home), desk, day, now, scope)
        for build in (build_objectives, build_key_results, build_said, build_answers, build_attainment):
            build(run)
        stage.build(models()["okr.latest"])
        build_objective_attainment(run)
        for view in ("okr.restatements", "okr.achievements", "okr.pace"):
            stage.build(models()[view])
        build_reported(stage.engine)
        return run

    def ask(self, day: date, question: str, scope: Scope = EVERYTHING) -> list[tuple[Any, ...]]:
        """One question to a night's tables in which nothing new is known."""
        return self.run(day, at=datetime(2027, 1, 1), ask={"": question}, scope=scope)[""]

    def _measurements(self, day: date) -> pl.DataFrame:
        rows = [
            {"kpi_id": kpi, "filter": "{}", "over": "28d", "day": on, "value": value, "n": n}
            for (kpi, on), (value, n) in self.values.items()
            if on <= day
        ] + [
            {"kpi_id": MEDIAN, "filter": "{}", "over": "2026-06-01..2026-06-30", "day": on, "value": value, "n": n}
            for on, (value, n) in self.baseline.items()
            if on <= day
        ]
        return pl.DataFrame(rows, schema=empty(Measurements).schema)

    def rewrite(self, old: str, new: str) -> None:
        """Edit the definitions."""
        path = self.home.okrs / "o.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def _feeds(day: date) -> pl.DataFrame:
    rows = [(measure, "canonical", date(2026, 1, 1), day) for measure in ("answered", "first_response")]
    return pl.DataFrame(rows, schema=empty(Feeds).schema, orient="row")


def _check_ins(said: list[dict[str, Any]]) -> pl.DataFrame:
    like = empty(CheckIns)
    rows = [{"source": "checkins", "file_id": "f", "row_number": number, **each} for number, each in enumerate(said, 1)]
    return pl.DataFrame(rows, schema=like.schema)


def desk_of(home: Home) -> Desk:
    """Half a minute sooner every day, from 100 minutes; 90 % are answered."""
    put(home, "okrs/o.yaml", OKR)
    return Desk(home, improving())


def improving() -> dict[tuple[str, date], tuple[float, int]]:
    """Those values, from the first day of the quarter to a month after it."""
    values: dict[tuple[str, date], tuple[float, int]] = {}
    for number, day in enumerate(days_of(FIRST, LAST + timedelta(days=30))):
        values[MEDIAN, day] = (6000.0 - 30 * number, 40)
        values[SHARE, day] = (0.9, 50)
    return values


def lived(desk: Desk, *days: date) -> None:
    """Nights after these days."""
    for day in days:
        desk.run(day)


def moved_last(desk: Desk, day: date, scope: Scope = EVERYTHING) -> dict[tuple[str | None, str, str], list[date]]:
    """What the newest restatement moved: (key result, objective, cause) -> days."""
    rows = desk.ask(
        day,
        "select kr_id, objective_id, cause, as_of_date from okr.restatements "
        "where known_from = (select max(known_from) from okr.restatements) order by all",
        scope,
    )
    found: dict[tuple[str | None, str, str], list[date]] = {}
    for kr_id, objective_id, cause, on in rows:
        found.setdefault((kr_id, objective_id, cause), []).append(on)
    return found
