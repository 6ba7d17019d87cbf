"""Nights of a desk whose measured values are written down by the test: definitions, history and answers, no tickets."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
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
from okr_analytics.okr.defining.definitions import Definitions
from okr_analytics.okr.defining.periods import days_of
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.scope import EVERYTHING, Scope
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.objectives import build_objective_attainment
from okr_analytics.okr.reported import build_reported
from okr_analytics.okr.reporting import build_attainment
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.stage import Stage

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
    """A desk whose measured values are written down by the test: (KPI, day) -> (value, n).

    The tables of the newest night stay in memory, to be asked until the next one.
    """

    home: Home
    values: dict[tuple[str, date], tuple[float, int]]
    check_ins: list[dict[str, Any]] = field(default_factory=list)
    baseline: dict[date, tuple[float, int]] = field(default_factory=dict)
    stage: Stage = field(default_factory=Stage)
    made_of: tuple[object, ...] = ()

    def run(self, day: date, *, at: datetime | None = None, scope: Scope = EVERYTHING) -> None:
        """A night's okr tables as of a day, known by a quarter past four the morning after."""
        self.made_of = ()
        self.stage.close()
        stage, history = Stage(), History(self.home)
        stage.engine.create("core.feeds", _feeds(day))
        stage.engine.create("core.checkins", _check_ins(self.check_ins))
        stage.put("okr.measurements", self._measurements(day))
        now = at or datetime(day.year, day.month, day.day, 4, 15) + timedelta(days=1)
        definitions = _definitions(self.home, self._written())
        run = Evaluation(stage, history, definitions, read_desk(self.home), day, now, scope)
        for build in (build_objectives, build_key_results, build_said, build_answers, build_attainment):
            build(run)
        stage.build(models()["okr.latest"])
        build_objective_attainment(run)
        for view in ("okr.restatements", "okr.achievements", "okr.pace"):
            stage.build(models()[view])
        build_reported(stage.engine)
        history.commit()
        self.stage, self.made_of = stage, self._inputs(day, scope)

    def ask(self, day: date, question: str, scope: Scope = EVERYTHING) -> list[tuple[Any, ...]]:
        """One question to the tables of the newest night, or of one more where that was about another day or did not
        know all that is known now: a night in which nothing new is known says the same again."""
        if self.made_of != self._inputs(day, scope):
            self.run(day, at=datetime(2027, 1, 1), scope=scope)
        return self.stage.engine.rows(question)

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table of the newest night."""
        return {name: self.stage.engine.rows(f"select * from {name} order by all") for name in self.stage.tables()}

    def _inputs(self, day: date, scope: Scope) -> tuple[object, ...]:
        """All that a night is made of, but for the history."""
        return day, scope, self._written(), {**self.values}, [*map(str, self.check_ins)], {**self.baseline}

    def _written(self) -> tuple[str, ...]:
        """What the home's files say."""
        return tuple(path.read_text(encoding="utf-8") for path in (self.home.desk_file, *self.home.okrs.glob("*.yaml")))

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


@cache
def _definitions(home: Home, _: tuple[str, ...]) -> Definitions:
    """The definitions of a home whose files say that."""
    return read_definitions(home)


def _feeds(day: date) -> pl.DataFrame:
    rows = [(measure, "canonical", date(2026, 1, 1), day) for measure in ("answered", "first_response")]
    return pl.DataFrame(rows, schema=empty(Feeds).schema, orient="row")


def _check_ins(rows: list[dict[str, Any]]) -> pl.DataFrame:
    place = {"source": "checkins", "file_id": "f"}
    numbered = [{**place, "row_number": number, **row} for number, row in enumerate(rows, 1)]
    return pl.DataFrame(numbered, schema=empty(CheckIns).schema)


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
