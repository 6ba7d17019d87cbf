"""History: what was reported stays, what is true now is beside it, and every number that moved says why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from conftest import put

from okr_analytics.contracts.core import Feeds
from okr_analytics.contracts.inputs import CheckIns
from okr_analytics.contracts.okr import Measurements
from okr_analytics.contracts.validation import empty
from okr_analytics.desk import read_desk
from okr_analytics.home import Home
from okr_analytics.okr.answering import build_attainment
from okr_analytics.okr.build import build_key_results, build_objectives, build_said
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.history import History
from okr_analytics.okr.objectives import build_objective_attainment
from okr_analytics.okr.periods import days_of
from okr_analytics.okr.reading import read_definitions
from okr_analytics.okr.reported import build_reported
from okr_analytics.okr.scope import EVERYTHING, Scope
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.stage import staged

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
MEDIAN, SHARE = "first_response_calendar_median", "answered_share"
KEYS = "kr_id, as_of_date"
ANSWER = "value, baseline, target, raw, attainment, status, n"
LATEST = f"select {KEYS}, {ANSWER} from okr.latest order by kr_id, as_of_date"
OBJECTIVES = (
    "select objective_id, as_of_date, attainment, expected, coverage, status from okr.objective_attainment "
    "where known_to is null order by all"
)
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

    def run(
        self,
        day: date,
        *,
        at: datetime | None = None,
        scope: Scope = EVERYTHING,
        ask: Mapping[str, str] | None = None,
    ) -> dict[str, list[tuple[Any, ...]]]:
        """A night's okr tables as of a day, known by a quarter past four the morning after. Answers to questions."""
        history = History(self.home)
        with staged(self.home.stage, "test") as stage:
            stage.engine.create("core.feeds", _feeds(day))
            stage.engine.create("core.checkins", _check_ins(self.said))
            stage.put("okr.measurements", self._measurements(day))
            now = at or datetime(day.year, day.month, day.day, 4, 15) + timedelta(days=1)
            desk = read_desk(self.home)
            run = Evaluation(stage, history, read_definitions(self.home), desk, day, now, scope)
            for build in (build_objectives, build_key_results, build_said, build_attainment):
                build(run)
            stage.build(models()["okr.latest"])
            build_objective_attainment(run)
            stage.build(models()["okr.restatements"])
            build_reported(stage.engine)
            questions = ask or {"key results": LATEST, "objectives": OBJECTIVES}
            answers = {name: stage.engine.rows(question) for name, question in questions.items()}
            history.commit()
        return answers

    def ask(self, day: date, question: str) -> list[tuple[Any, ...]]:
        """One question to a night's tables in which nothing new is known."""
        return self.run(day, at=datetime(2027, 1, 1), ask={"": question})[""]

    def _measurements(self, day: date) -> pl.DataFrame:
        rows = [
            {"kpi_id": kpi, "filter": "{}", "over": "28d", "day": on, "value": value, "n": n}
            for (kpi, on), (value, n) in self.values.items()
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


@pytest.fixture
def desk(home: Home) -> Desk:
    """Half a minute sooner every day, from 100 minutes; 90 % are answered."""
    put(home, "okrs/o.yaml", OKR)
    values: dict[tuple[str, date], tuple[float, int]] = {}
    for number, day in enumerate(days_of(FIRST, LAST + timedelta(days=30))):
        values[MEDIAN, day] = (6000.0 - 30 * number, 40)
        values[SHARE, day] = (0.9, 50)
    return Desk(home, values)


def moved(desk: Desk, day: date) -> dict[tuple[str | None, str, str], list[date]]:
    """What was restated last: (key result, objective, cause) -> days."""
    rows = desk.ask(
        day,
        "select kr_id, objective_id, cause, as_of_date from okr.restatements "
        "where known_from = (select max(known_from) from okr.restatements) order by all",
    )
    found: dict[tuple[str | None, str, str], list[date]] = {}
    for kr_id, objective_id, cause, on in rows:
        found.setdefault((kr_id, objective_id, cause), []).append(on)
    return found


def _happens(desk: Desk, day: date) -> None:
    """What becomes known in the night after a day."""
    if day == date(2026, 7, 20):
        desk.values |= {(MEDIAN, on): (6600.0, 60) for on in days_of(date(2026, 7, 15), date(2026, 7, 17))}
    if day == date(2026, 8, 22):
        desk.said.append({"kr_id": "plan", "day": date(2026, 8, 14), "milestone": "bought", "is_done": True})
    if day in EDITS:
        desk.rewrite(*EDITS[day])


EDITS = {
    date(2026, 8, 5): ("baseline: 100 min", "baseline: 120 min, reason: The old one left out weekends"),
    date(2026, 8, 20): ("target: 50 min", "target: 40 min"),
    date(2026, 9, 1): ("target: 40 min", "target: 45 min, effective_from: 2026-08-25"),
    date(2026, 9, 5): ("baseline: 120 min", "baseline: 100 min"),
}


def test_a_quarter_lived_through_day_by_day(desk: Desk) -> None:
    """Late data, a new baseline, a new target, a check-in, a target with an earlier effective date, the old baseline
    again, and the close. What was printed on each day can be had again."""
    printed: dict[datetime, dict[str, list[tuple[Any, ...]]]] = {}
    for day in days_of(FIRST, LAST):
        _happens(desk, day)
        at = datetime(day.year, day.month, day.day, 4, 15) + timedelta(days=1)
        printed[at] = desk.run(day, at=at)
    causes: dict[tuple[str, date], list[str]] = {}
    for kr_id, day, cause in desk.ask(LAST, RESTATED):
        causes.setdefault((kr_id, day), []).append(cause)
    assert causes == dict(_expected_causes())
    again = {f"{at} {name}": question.format(at=at) for at in printed for name, question in REPORTED.items()}
    assert desk.run(LAST, at=datetime(2027, 1, 1), ask=again) == {
        f"{at} {name}": rows for at, said in printed.items() for name, rows in said.items()
    }


RESTATED = "select kr_id, as_of_date, cause from okr.attainment where revision > 1 order by kr_id, as_of_date, revision"
REPORTED = {
    "key results": f"select {KEYS}, {ANSWER} from okr.as_reported(timestamp '{{at}}') order by kr_id, as_of_date",
    "objectives": "select objective_id, as_of_date, attainment, expected, coverage, status "
    "from okr.objective_as_reported(timestamp '{at}') order by all",
}


def _expected_causes() -> Iterator[tuple[tuple[str, date], list[str]]]:
    """By hand: why each day was restated, in order. The target of 20 August is first read on the 21st, so no day that
    was reported before has it."""
    for day in days_of(FIRST, LAST):
        causes = [
            (date(2026, 7, 15) <= day <= date(2026, 7, 17), "late_data"),
            (day <= date(2026, 8, 4), "rebaseline"),
            (date(2026, 8, 25) <= day <= date(2026, 8, 31), "retarget"),
            (day <= date(2026, 9, 4), "rebaseline"),
        ]
        if applying := [cause for applies, cause in causes if applies]:
            yield ("sooner", day), applying
        if date(2026, 8, 14) <= day <= date(2026, 8, 21):
            yield ("plan", day), ["check_in"]
