"""What was reached and when, and which restated numbers matter."""

from datetime import date, datetime, timedelta

import pytest
from nights import DAY, FIRST, LAST, MEDIAN, SHARE, Desk, desk_of, lived

from okr_analytics.home import Home
from okr_analytics.okr.defining.periods import days_of

ACHIEVED = "select kr_id, achieved, as_of_date, attainment from okr.achievements order by all"


@pytest.fixture
def desk(home: Home) -> Desk:
    """Half a minute sooner every day, from 100 minutes; 90 % are answered."""
    return desk_of(home)


def _minutes(desk: Desk, first: date, *minutes: float) -> None:
    """One value a day of the median, from a day on."""
    desk.values |= {(MEDIAN, first + timedelta(days=place)): (each * 60, 40) for place, each in enumerate(minutes)}


def test_half_the_way_the_whole_way_and_back_on_track_are_told_once(desk: Desk) -> None:
    """Half way on 5 July is too early. On 24 and 25 July, at 100 minutes, it is off track (0 of over 0.25), back on
    track on the 26th. 0.48, 0.51, 0.47, 0.55: half way on 2 August; all of it on the 10th. What is only met or not has
    no way."""
    _minutes(desk, FIRST, *[85] * 31)
    _minutes(desk, date(2026, 7, 5), 75)
    _minutes(desk, date(2026, 7, 20), *[100] * 6)
    _minutes(desk, date(2026, 8, 1), 76, 74.5, 76.5, 72.5, *[72.5] * 5, *[50] * 6)
    desk.values |= dict.fromkeys([(SHARE, day) for day in days_of(date(2026, 7, 20), date(2026, 7, 22))], (0.7, 50))
    desk.check_ins.append({"kr_id": "plan", "day": date(2026, 8, 14), "milestone": "bought", "is_done": True})
    lived(desk, DAY)
    expected = [
        ("plan", "half_way", date(2026, 8, 14), 1.0),
        ("plan", "whole_way", date(2026, 8, 14), 1.0),
        ("sooner", "half_way", date(2026, 8, 2), 0.51),
        ("sooner", "recovered", date(2026, 7, 26), 0.3),
        ("sooner", "whole_way", date(2026, 8, 10), 1.0),
    ]
    assert desk.ask(DAY, ACHIEVED) == expected
    lived(desk, LAST)
    assert desk.ask(LAST, ACHIEVED) == [("answered", "whole_way", LAST, 1.0), *expected]


@pytest.mark.parametrize(
    ("before", "after", "is_material"),
    [
        ((77.0, 40), (76.5, 40), True),  # 0.46 to 0.47, which as binary fractions are less than 0.01 apart
        ((77.0, 40), (76.501, 40), False),
        ((71.0, 40), (71.0, 41), False),
        ((72.6, 40), (72.4, 40), False),
        ((80.1, 40), (79.9, 40), True),  # 0.398 to 0.402: at risk to on track, 0.1 behind
        ((71.0, 40), (71.0, 0), True),
    ],
)
def test_a_restatement_matters_by_a_hundredth_or_another_status(
    desk: Desk, before: tuple[float, int], after: tuple[float, int], *, is_material: bool
) -> None:
    """On 15 August half of the way is expected."""
    for number, (minutes, n) in enumerate((before, after)):
        desk.values[MEDIAN, DAY] = (minutes * 60, n)
        desk.run(DAY, at=datetime(2026, 8, 16 + number))
    moved = f"select is_material from okr.restatements where kr_id = 'sooner' and as_of_date = date '{DAY}'"
    assert desk.ask(DAY, moved) == [(is_material,)]


def test_pace_has_every_newest_answer(desk: Desk) -> None:
    """Also those of key results that left the files after they closed: what follows from them is not told any more."""
    late = LAST + timedelta(days=5)
    lived(desk, LAST)
    desk.rewrite("      - {id: daily, title: c, kind: cadence, every: week}\n", "")
    lived(desk, late)
    told = f"select kr_id, expected, is_provisional from okr.pace where as_of_date = date '{LAST}' order by all"
    assert desk.ask(late, told) == [
        ("answered", 1.0, True), ("daily", None, False), ("plan", 1.0, True), ("sooner", 1.0, True),
    ]  # fmt: skip


def test_an_answer_that_can_no_longer_be_known_matters(desk: Desk) -> None:
    """On 5 July it is too early either way; what was 0.04 of the way rests on no row."""
    day = date(2026, 7, 5)
    lived(desk, day)
    desk.values[MEDIAN, day] = (5880.0, 0)
    desk.run(day, at=datetime(2026, 7, 7))
    moved = "select old_attainment, new_attainment, old_status, new_status, is_material from okr.restatements "
    assert desk.ask(day, moved + "where kr_id = 'sooner'") == [(0.04, None, "too_early", "too_early", True)]
