"""Where a value will end if it goes on like this."""

from datetime import date, timedelta

import pytest
from scored_by_hand import Q3, days_in, facts, key_result, periods

from okr_analytics.desk import Desk
from okr_analytics.home import Home
from okr_analytics.metrics.shipped import shipped
from okr_analytics.okr.scoring.attainment import answers
from okr_analytics.okr.scoring.pace import outlook
from okr_analytics.okr.scoring.projection import Projection, projections

COUNT = shipped(Desk()).kpi("tickets_resolved_count")
SHARE = shipped(Desk()).kpi("answered_share")
SUNDAYS = [date(2026, 7, 12) + timedelta(days=7 * number) for number in range(12)]
"""The days on which the twelve whole weeks of the third quarter close; the last is 27 September."""


def line(start: float, step: float) -> dict[date, float | None]:
    """So much on the window's first day, and so much more on each day after it."""
    return {day: start + step * number for number, day in enumerate(days_in(Q3))}


def test_a_straight_line_is_projected_exactly_and_without_a_band() -> None:
    """From 10 on the 1st, 0.5 a day: 10 + 91 x 0.5 = 55.5 on the 92nd day; from the sixth Sunday on."""
    got = projections(Q3, COUNT, line(10, 0.5).items())
    assert set(got) == {day for day in days_in(Q3) if day >= SUNDAYS[5]}
    assert set(got.values()) == {Projection(55.5, 55.5, 55.5)}


def test_under_six_closed_weeks_nothing_is_projected() -> None:
    values = {day: value for day, value in line(10, 0.5).items() if day < SUNDAYS[5]}
    assert projections(Q3, COUNT, values.items()) == {}


def test_weeks_without_a_value_are_no_weeks() -> None:
    """Two of the first six Sundays are unknown, so the eighth is the sixth known one; other days do not count."""
    values = line(10, 0.5) | dict.fromkeys(SUNDAYS[1:3], None)
    assert min(projections(Q3, COUNT, values.items())) == SUNDAYS[7]


@pytest.mark.parametrize("odd", [1000, -1000])
def test_one_odd_week_does_not_bend_the_line(odd: float) -> None:
    """However far off it is; the band of twelve weeks, the middle 80 %, leaves it out, too."""
    values = line(2000, 1) | {SUNDAYS[4]: 2000 + odd}
    got = projections(Q3, COUNT, values.items())
    assert got[Q3.last] == Projection(2091, 2091, 2091)
    assert got[SUNDAYS[5]].value == 2091


def test_the_band_is_where_the_middle_of_the_weeks_lies() -> None:
    """A level of 100 with weeks at -6, -4, -2, 0, 0, 0, 0, 0, 2, 4, 6 around it: of eleven, ranks 2 and 10."""
    offsets = [0, 6, -4, 0, 2, 0, -2, 0, 4, -6, 0]
    values: dict[date, float | None] = dict(zip(SUNDAYS, [100.0 + each for each in offsets], strict=False))
    assert projections(Q3, COUNT, values.items())[SUNDAYS[10]] == Projection(100, 96, 104)


def test_a_projection_stays_where_the_kpi_can_be() -> None:
    """A share that rises by a point a day from 50 % is not projected to 141 %."""
    assert projections(Q3, SHARE, line(0.5, 0.01).items())[Q3.last] == Projection(1, 1, 1)
    assert projections(Q3, SHARE, line(0.5, -0.01).items())[Q3.last] == Projection(0, 0, 0)


def test_each_day_is_projected_by_the_weeks_closed_by_then() -> None:
    """Level at 50 to the sixth Sunday, 60 after it: as of that Sunday 50, to the next; the days between say nothing."""
    values: dict[date, float | None] = {day: 50.0 if day <= SUNDAYS[5] else 60.0 for day in days_in(Q3)}
    got = projections(Q3, COUNT, values.items())
    assert {got[day].value for day in days_in(Q3) if SUNDAYS[5] <= day < SUNDAYS[6]} == {50}
    assert got[SUNDAYS[11]].value > 50


def test_the_same_weeks_give_the_same_line() -> None:
    """In whatever order they come."""
    values = {day: value + (day.toordinal() * 7919) % 13 for day, value in line(10, 0.5).items() if value is not None}
    backwards = dict(reversed(values.items()))
    assert projections(Q3, COUNT, values.items()) == projections(Q3, COUNT, backwards.items())


@pytest.mark.parametrize(
    "more", ["kpi: tickets_resolved_count, baseline: 5", "kind: reach, kpi: tickets_resolved_count"]
)
def test_what_is_aimed_somewhere_is_projected(home: Home, more: str) -> None:
    """5 a day at first and one more on each day: 96 on the 92nd, said on the eve of it."""
    found = key_result(home, f"{more}, target: 9")
    known = facts(found, {day: f"{5 + number}" for number, day in enumerate(days_in(Q3))})
    told = list(answers(found, days_in(Q3), known))
    eve = list(outlook(found, told, known, Q3.last))[-2]
    assert (eve["projected"], eve["projected_low"], eve["projected_high"]) == (96, 96, 96)


def test_what_is_maintained_goes_nowhere_by_itself(home: Home) -> None:
    found = key_result(home, "kind: maintain, kpi: answered_share, target: 95%")
    known = periods(found, ["96%"] * 12)
    told = list(answers(found, days_in(Q3), known))
    assert [row for row in outlook(found, told, known, Q3.last) if row["projected"] is not None] == []
