"""History: what was reported stays, what is true now is beside it, and every number that moved says why."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from conftest import put
from nights import ANSWER, DAY, FIRST, KEYS, LAST, LATEST, MEDIAN, OBJECTIVES, Desk, desk_of, lived, moved_last

from okr_analytics.contracts.history import Computations
from okr_analytics.errors import DataError
from okr_analytics.home import Home
from okr_analytics.okr.defining.periods import days_of
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.scope import scope_of
from okr_analytics.okr.keeping.history import History


@pytest.fixture
def desk(home: Home) -> Desk:
    """Half a minute sooner every day, from 100 minutes; 90 % are answered."""
    return desk_of(home)


def _happens(desk: Desk, day: date) -> None:
    """What becomes known in the night after a day."""
    if day == date(2026, 7, 20):
        desk.values |= {(MEDIAN, on): (6600.0, 60) for on in days_of(date(2026, 7, 15), date(2026, 7, 17))}
    if day == date(2026, 8, 22):
        desk.check_ins.append({"kr_id": "plan", "day": date(2026, 8, 14), "milestone": "bought", "is_done": True})
    if day in EDITS:
        desk.rewrite(*EDITS[day])


EDITS = {
    date(2026, 8, 5): ("baseline: 100 min", "baseline: 120 min, reason: The old one left out weekends"),
    date(2026, 8, 20): ("target: 50 min", "target: 40 min"),
    date(2026, 9, 1): ("target: 40 min", "target: 45 min, effective_from: 2026-08-25"),
    date(2026, 9, 5): ("baseline: 120 min", "baseline: 100 min"),
}


NEWS = {date(2026, 7, 20), date(2026, 8, 22), *EDITS, LAST}


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.soak)])
def test_a_quarter_lived_through_night_by_night(desk: Desk, every: int) -> None:
    """Late data, a new baseline, a new target, a check-in, a target with an earlier effective date, the old baseline
    again, and the close. What was printed after each night can be had again. Every seventh night, and those before and
    after anything new."""
    printed: dict[datetime, list[list[tuple[Any, ...]]]] = {}
    for number, day in enumerate(days_of(FIRST, LAST)):
        if number % every and NEWS.isdisjoint((day, day + timedelta(days=1))):
            continue
        _happens(desk, day)
        at = datetime(day.year, day.month, day.day, 4, 15) + timedelta(days=1)
        desk.run(day, at=at)
        printed[at] = [desk.ask(day, question) for question in (LATEST, OBJECTIVES)]
    causes: dict[tuple[str, date], list[str]] = {}
    for kr_id, day, cause in desk.ask(LAST, RESTATED):
        causes.setdefault((kr_id, day), []).append(cause)
    assert causes == dict(_expected_causes())
    assert {at: [desk.ask(LAST, question.format(at=at)) for question in REPORTED] for at in printed} == printed


RESTATED = "select kr_id, as_of_date, cause from okr.attainment where revision > 1 order by kr_id, as_of_date, revision"
REPORTED = (
    f"select {KEYS}, {ANSWER} from okr.as_reported(timestamp '{{at}}') order by kr_id, as_of_date",
    (
        "select objective_id, as_of_date, attainment, expected, coverage, status "
        "from okr.objective_as_reported(timestamp '{at}') order by all"
    ),
)


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


def test_a_night_in_which_nothing_new_is_known_says_the_same_again(desk: Desk) -> None:
    """Whatever the night before found out: first answers, late data, a baseline, a target, a check-in, the grades."""
    for day in (date(2026, 7, 19), date(2026, 7, 20), date(2026, 8, 5), *sorted(EDITS)[1:], LAST + timedelta(days=15)):
        _happens(desk, day)
        desk.run(day)
        found = desk.tables()
        desk.run(day, at=datetime(2027, 1, 1))
        assert desk.tables() == found


def test_a_changed_baseline_restates_its_key_result_and_what_is_above_it(desk: Desk) -> None:
    """From 100 to 110 minutes: on 1 July the value is 100 minutes, 1/6 of the way instead of 0, so every day moves. On
    15 August, 77.5 minutes: from 22.5 of 50 to 32.5 of 60. Above it, 'top' has 'below' as one of three members."""
    lived(desk, DAY - timedelta(days=1), DAY)
    before = desk.ask(DAY, "select * from okr.attainment where kr_id <> 'sooner' order by all")
    desk.rewrite("baseline: 100 min", "baseline: 110 min")
    desk.run(DAY, at=datetime(2026, 8, 17))
    window = days_of(FIRST, DAY)
    assert moved_last(desk, DAY) == {
        ("sooner", "below", "rebaseline"): window,
        (None, "below", "rebaseline"): window,
        (None, "top", "rebaseline"): window,
    }
    assert desk.ask(DAY, "select * from okr.attainment where kr_id <> 'sooner' order by all") == before
    assert desk.ask(
        DAY,
        "select old_baseline, new_baseline, round(old_attainment, 6), round(new_attainment, 6), old_status, "
        f"new_status, is_material from okr.restatements where kr_id = 'sooner' and as_of_date = date '{DAY}'",
    ) == [(6000.0, 6600.0, 0.45, 0.541667, "on_track", "on_track", True)]
    folders = sorted(desk.home.history.iterdir())
    desk.run(DAY, at=datetime(2026, 8, 18))
    assert sorted(desk.home.history.iterdir()) == folders


def test_setting_a_definition_back_restores_the_numbers_as_new_revisions(desk: Desk) -> None:
    lived(desk, DAY)
    first = desk.ask(DAY, LATEST)
    for number, (old, new) in enumerate((("100 min", "110 min"), ("110 min", "100 min")), 1):
        desk.rewrite(f"baseline: {old}", f"baseline: {new}")
        desk.run(DAY, at=datetime(2026, 8, 17 + number))
    assert desk.ask(DAY, LATEST) == first
    assert desk.ask(DAY, "select distinct revision, cause from okr.latest where kr_id = 'sooner'") == [
        (3, "rebaseline")
    ]


def test_only_the_key_result_asked_for_is_restated(desk: Desk) -> None:
    lived(desk, DAY)
    desk.rewrite("baseline: 100 min", "baseline: 110 min")
    desk.rewrite("target: 80%", "target: 95%, effective_from: 2026-07-01")
    only = scope_of(read_definitions(desk.home), "answered")
    desk.run(DAY, at=datetime(2026, 8, 17), scope=only)
    assert {key[:2] for key in moved_last(desk, DAY, only)} == {("answered", "top"), (None, "top")}
    desk.run(DAY, at=datetime(2026, 8, 18))
    assert {key[:2] for key in moved_last(desk, DAY)} == {("sooner", "below"), (None, "below"), (None, "top")}


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (3, 2, 1), (2, 3, 1)], ids=str)
def test_the_order_of_runs_does_not_matter(desk: Desk, order: tuple[int, ...]) -> None:
    lived(desk, *(date(2026, 8, day) for day in order))
    rows = desk.ask(date(2026, 8, 3), LATEST)
    assert [row[1] for row in rows if row[0] == "sooner"] == days_of(FIRST, date(2026, 8, 3))
    assert {row[-2] for row in rows if row[0] == "answered"} == {"too_early", "on_track"}
    assert desk.ask(date(2026, 8, 3), "select max(revision) from okr.attainment") == [(1,)]


def test_a_history_without_answers_is_evaluated_to_the_same_ones(desk: Desk) -> None:
    """What many nights appended is what one night finds from the same definitions, baselines and check-ins."""
    desk.check_ins.append({"kr_id": "plan", "day": date(2026, 8, 14), "milestone": "bought", "is_done": True})
    lived(desk, date(2026, 7, 10))
    desk.rewrite("target: 50 min", "target: 40 min")
    lived(desk, date(2026, 7, 20))
    desk.values[MEDIAN, date(2026, 7, 5)] = (5000.0, 12)
    lived(desk, date(2026, 8, 1), DAY)
    incremental = desk.ask(DAY, LATEST), desk.ask(DAY, OBJECTIVES)
    for path in desk.home.history.glob("*/*attainment.parquet"):
        path.unlink()
    desk.run(DAY, at=datetime(2026, 8, 18))
    assert (desk.ask(DAY, LATEST), desk.ask(DAY, OBJECTIVES)) == incremental


def test_what_leaves_the_files_is_withdrawn_while_it_runs_and_stays_once_closed(desk: Desk) -> None:
    desk.rewrite("{id: plan, title: d,", "{id: plan, title: d, window: 2026-07-01..2026-07-31,")
    desk.rewrite("due: 2026-08-15", "due: 2026-07-15")
    lived(desk, DAY)
    text = (desk.home.okrs / "o.yaml").read_text(encoding="utf-8")
    put(
        desk.home,
        "okrs/o.yaml",
        "\n".join(line for line in text.splitlines() if "plan" not in line and "daily" not in line),
    )
    desk.run(DAY, at=datetime(2026, 8, 17))
    assert desk.ask(DAY, "select distinct kr_id from okr.latest order by 1") == [("answered",), ("plan",), ("sooner",)]
    gone = "select kr_id, version, known_to from okr.key_results where kr_id in ('daily', 'plan') order by 1"
    assert desk.ask(DAY, gone) == [
        ("daily", 1, datetime(2026, 8, 17)), ("plan", 1, None),
    ]  # fmt: skip
    known = "okr.as_reported(timestamp '2026-08-16 12:00')"
    assert desk.ask(DAY, f"select count(*) from {known} where kr_id = 'daily'") == [(46,)]
    put(desk.home, "okrs/o.yaml", text)
    desk.run(DAY, at=datetime(2026, 8, 18))
    assert desk.ask(DAY, "select distinct revision, cause from okr.latest where kr_id = 'daily'") == [
        (2, "redefinition")
    ]
    assert desk.ask(DAY, "select version, changed from okr.key_results where kr_id = 'daily' order by 1") == [
        (1, "first"), (2, "restored"),
    ]  # fmt: skip


def test_a_grade_is_frozen_14_days_after_the_close(desk: Desk) -> None:
    """On 30 September it is 54.5 minutes: 45.5 of 50. Three weeks later it is known to have been 50."""
    lived(desk, LAST, LAST + timedelta(days=14))
    assert _grade(desk, LAST + timedelta(days=14)) == []
    desk.run(LAST + timedelta(days=15), at=datetime(2026, 10, 16))
    late = LAST + timedelta(days=20)
    desk.values[MEDIAN, LAST] = (3000.0, 41)
    desk.run(late, at=datetime(2026, 10, 21))
    assert _grade(desk, late) == [(0.91, "closed_missed", 1)]
    assert desk.ask(
        late,
        f"select attainment, status, revision, cause from okr.latest where kr_id = 'sooner' and as_of_date = '{LAST}'",
    ) == [(1.0, "closed_met", 2, "late_data")]


def _grade(desk: Desk, day: date) -> list[tuple[Any, ...]]:
    return desk.ask(day, "select attainment, status, revision from okr.grades where kr_id = 'sooner'")


def test_a_key_result_is_not_started_from_the_day_it_is_known(desk: Desk) -> None:
    lived(desk, date(2026, 6, 28))
    lived(desk, date(2026, 7, 1))
    rows = desk.ask(date(2026, 7, 1), LATEST)
    assert [row[1:] for row in rows if row[0] == "sooner"] == [
        *(
            (day, None, None, None, None, None, "not_started", None)
            for day in days_of(date(2026, 6, 29), date(2026, 6, 30))
        ),
        (date(2026, 7, 1), 6000.0, 6000.0, 3000.0, 0.0, 0.0, "too_early", 40),
    ]


def test_a_half_written_commit_is_none(desk: Desk) -> None:
    lived(desk, DAY)
    torn = desk.home.history / ".unfinished"
    torn.mkdir()
    (torn / "attainment.parquet").write_bytes(b"half")
    before = desk.ask(DAY, LATEST)
    desk.rewrite("title: a,", "title: An answer sooner,")
    desk.run(DAY, at=datetime(2026, 8, 18))
    assert desk.ask(DAY, LATEST) == before
    assert not torn.exists()


def test_a_broken_file_of_the_history_is_named(home: Home) -> None:
    history = History(home)
    for number in range(3):
        row = {"aspect": "calendar", "fingerprint": f"{number}", "known_from": datetime(2026, 8, 18)}
        history.append("computations", pl.DataFrame([row]), Computations)
        history.commit()
    broken = home.history / "00000002" / "computations.parquet"
    broken.write_bytes(b"no Parquet")
    with pytest.raises(DataError, match=r"00000002/computations\.parquet cannot be read; 'okr restore' puts back"):
        History(home).rows("computations", Computations)


def test_a_computed_baseline_is_frozen_and_its_drift_reported(desk: Desk) -> None:
    """June's median was 100 minutes as of 14 July, when it froze; rows that came later make it 105."""
    desk.rewrite("baseline: 100 min", "baseline: 2026-06")
    for day in days_of(date(2026, 6, 30), DAY):
        desk.baseline[day] = (6000.0, 300)
    lived(desk, date(2026, 7, 20))
    desk.baseline |= dict.fromkeys(days_of(date(2026, 7, 10), DAY), (6300.0, 310))
    desk.run(DAY, at=datetime(2026, 8, 18))
    told = (
        "select day(as_of_date), baseline, flag, revision from okr.latest "
        "where kr_id = 'sooner' and day(as_of_date) in (1, 12, 14, 15) and month(as_of_date) = 7 order by 1"
    )
    assert desk.ask(DAY, told) == [
        (1, 6000.0, "baseline_provisional", 1),
        (12, 6300.0, "baseline_provisional", 2),
        (14, 6000.0, "baseline_provisional", 1),
        (15, 6000.0, None, 1),
    ]
    assert desk.ask(DAY, "select value, n, frozen_on, value_today, drift from okr.baselines") == [
        (6000.0, 300, date(2026, 7, 14), 6300.0, 300.0)
    ]


def test_a_changed_desk_file_is_the_cause_of_what_it_moves(desk: Desk) -> None:
    lived(desk, DAY)
    put(desk.home, "desk.yaml", "time_zone: UTC\nhours: {mon-fri: 09:00-17:00}\n")
    desk.values[MEDIAN, DAY] = (5000.0, 40)
    desk.run(DAY, at=datetime(2026, 8, 18))
    assert moved_last(desk, DAY)["sooner", "below", "calendar"] == [DAY]
