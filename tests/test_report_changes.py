"""What changed since the page before: against the newest generation of an earlier day, with causes, and told once."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import NOW, csv, new_home, publish, put, ticket
from pages import parsed

from okr_analytics.home import Home
from okr_analytics.languages.language import language
from okr_analytics.report.page import page, rendered
from okr_analytics.report.reading import Report, read_report
from okr_analytics.report.summary import summary
from okr_analytics.warehouse.engine import Engine

OKR = """\
objectives:
  - id: sooner
    title: Customers hear from us
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: answered, title: Half are answered, kind: reach, kpi: answered_share, target: 50%, over: window}
      - {id: mean, title: Within ten minutes, kpi: first_response_calendar_mean, baseline: 60 min, target: 10 min,
         over: window}
"""
UTC = ZoneInfo("UTC")
MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)


def answered(ticket_id: str, day: int, minutes: int | None) -> dict[str, object]:
    """A ticket opened at 10:00 on a day of March, answered after so many minutes."""
    at = datetime(2026, 3, day, 10)
    reply = None if minutes is None else f"{at + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:00Z}"
    return ticket(ticket_id, opened_at=f"{at:%Y-%m-%dT%H:%M:00Z}", first_response_at=reply)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Monday: one of two tickets is answered, after 20 minutes. Tuesday: three more that nobody answers; and an export
    that came late says that the other one of Monday had its answer after 60 minutes."""
    home = new_home(tmp_path_factory.mktemp("changes"))
    put(home, "okrs/o.yaml", OKR)
    put(home, "exports/canonical/tickets-2026-03-09.csv", csv(answered("1", 9, 20), answered("2", 8, None)))
    assert publish(home, MONDAY) == {}
    later = [answered("2", 8, 60), *(answered(str(number), 10, None) for number in range(3, 6))]
    put(home, "exports/canonical/tickets-2026-03-10.csv", csv(*later))
    assert publish(home, TUESDAY, "second", NOW + timedelta(days=1), is_rebuilt=True) == {}
    return home


@pytest.fixture(scope="module")
def report(desk: Home) -> Report:
    """What Tuesday's page shows."""
    with Engine.published(desk.warehouse) as engine:
        return read_report(engine)


def test_statuses_are_compared_with_what_was_said_the_day_before(report: Report) -> None:
    """Answered: 1 of 2 on Monday, as it was said then; 2 of 5 on Tuesday. The mean was 20 minutes, 80 % of the way, and
    is 40 minutes, 40 %, where 10 of 31 days should bring 32 %: on track both times."""
    assert (report.changes.since, report.changes.is_first) == (MONDAY, False)
    flips = [(flip.what, flip.old, flip.new) for flip in report.changes.flips if not flip.is_objective]
    assert flips == [("answered", "on_track", "off_track")]


def test_restated_days_are_told_with_their_cause(report: Report) -> None:
    """The late answer to ticket 2 moves what was said of days up to Monday."""
    moves = [
        (move.what, move.cause, move.first.day, move.last) for move in report.changes.moves if not move.is_objective
    ]
    assert ("mean", "late_data") in [move[:2] for move in moves]
    assert all(last <= MONDAY for *_, last in moves)
    shown = parsed(rendered(report, language("en"), UTC)).one("section", **{"aria-labelledby": "changes"})
    assert "Within ten minutes" in shown.text
    assert "because data came late" in shown.text


def test_the_story_of_a_restated_key_result_says_from_what_to_what(desk: Home) -> None:
    with Engine.published(desk.warehouse) as engine:
        shown = parsed(page(engine, language("en"), UTC))
    rows = shown.one("article", id="kr-mean").one("div", **{"aria-label": "What was restated"}).rows
    (known, _, before, now, cause), *_ = rows
    assert known == "23 Nov 2026, 04:15"
    assert before.startswith("80%")  # 20 of 60 to 10 minutes
    assert now.startswith("40%")  # the mean of 20 and 60 minutes is 40
    assert cause == "data came late"


def test_a_second_run_of_the_same_morning_tells_the_same(desk: Home, report: Report, tmp_path: Path) -> None:
    """What changed on the day is not forgotten because somebody ran the job again after breakfast."""
    copy = Home(tmp_path / "copy")
    put(copy, "warehouse/desk.duckdb", desk.warehouse.read_bytes())
    with Engine.published(copy.warehouse) as engine:
        assert read_report(engine).changes == report.changes
    assert "Half are answered: on track → off track" in summary(report, language("en"))
