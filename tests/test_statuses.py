"""Statuses: the first that applies, and for each two that are neighbours a case where both do."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from scored_by_hand import HALF_WAY, Q3, answer, facts, key_result, periods, working

from okr_analytics.home import Home
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.scoring.attainment import answers
from okr_analytics.okr.scoring.facts import Calendar, Facts
from okr_analytics.okr.scoring.score import Score
from okr_analytics.okr.scoring.statuses import is_early, is_stale, status_of

IMPROVE = "kpi: first_response_calendar_median, baseline: 100 min, target: 50 min"
DRAFT = "kpi: first_response_calendar_median, baseline: 100 min"
EVE, FIRST_DAY = date(2026, 6, 30), date(2026, 7, 1)
BEHIND = Score(attainment=Decimal(0), expected=Decimal(1))
UNKNOWN = Score(expected=Decimal(1))
PENDING = Score(expected=Decimal(1), is_pending=True)
NOT_BEGUN = Score(expected=Decimal(1), has_begun=False)


@pytest.mark.parametrize(
    ("more", "day", "score", "is_stale", "expected"),
    [
        (DRAFT, Q3.last, BEHIND, False, "draft"),
        (IMPROVE, Q3.last, BEHIND, False, "closed_missed"),
        (IMPROVE, Q3.last, PENDING, False, "closed_no_data"),
        (IMPROVE, Q3.last, NOT_BEGUN, False, "closed_no_data"),
        (IMPROVE, Q3.last, UNKNOWN, True, "closed_no_data"),
        (IMPROVE, Q3.last, BEHIND, True, "closed_missed"),
        (IMPROVE, FIRST_DAY, PENDING, False, "baseline_pending"),
        (IMPROVE, HALF_WAY, Score(is_pending=True, has_begun=False), False, "baseline_pending"),
        (IMPROVE, FIRST_DAY, UNKNOWN, False, "too_early"),
        (IMPROVE, FIRST_DAY, BEHIND, True, "too_early"),
        (IMPROVE, HALF_WAY, NOT_BEGUN, True, "too_early"),
        (IMPROVE, HALF_WAY, UNKNOWN, True, "no_data"),
        (IMPROVE, HALF_WAY, BEHIND, True, "stale"),
        (IMPROVE, HALF_WAY, BEHIND, False, "off_track"),
    ],
)
def test_the_first_status_that_applies_is_the_one(
    home: Home, more: str, day: date, score: Score, *, is_stale: bool, expected: str
) -> None:
    assert status_of(key_result(home, more), day, score, is_stale=is_stale) == expected


def test_before_its_window_a_key_result_is_a_draft_or_has_not_started(home: Home) -> None:
    """Its baseline is still running, too: it has not started all the same. Nothing else is said of it."""
    pending = "kpi: first_response_calendar_median, baseline: 2026-07-01..2026-07-31, target: -50%"
    got = []
    for more in (DRAFT, IMPROVE, pending):
        found = key_result(home, more)
        got.append(answer(found, EVE, facts(found, {EVE: "75 min"})))
    assert [each.status for each in got] == ["draft", "not_started", "not_started"]
    assert {(each.value, each.attainment, each.expected, each.n, each.flags) for each in got} == {(None,) * 4 + ((),)}


@pytest.mark.parametrize(
    ("day", "value", "expected"),
    [
        (date(2026, 7, 5), "100 min", "too_early"),
        (HALF_WAY, None, "no_data"),
        (HALF_WAY, "75 min", "on_track"),  # e = 46/92: expected 0.5, attained 0.5
        (HALF_WAY, "80 min", "on_track"),  # 0.4: the gap is exactly -0.10
        (HALF_WAY, "80.1 min", "at_risk"),
        (HALF_WAY, "87.5 min", "at_risk"),  # 0.25: the gap is exactly -0.25
        (HALF_WAY, "88 min", "off_track"),
        (Q3.last - timedelta(days=1), "50 min", "on_track"),
        (Q3.last, "50 min", "closed_met"),
        (Q3.last, "51 min", "closed_missed"),
        (Q3.last, None, "closed_no_data"),
    ],
)
def test_a_status_follows_from_the_gap_and_the_day(home: Home, day: date, value: str | None, expected: str) -> None:
    found = key_result(home, IMPROVE)
    assert answer(found, day, facts(found, value)).status == expected


def test_it_is_too_early_until_a_tenth_of_the_window_is_over() -> None:
    """Of 90 days the 9th is a tenth; of 92 the 9th is not, and the 10th is more."""
    ninety = Period(date(2026, 7, 1), date(2026, 9, 28))
    got = [is_early(window, date(2026, 7, day)) for window in (ninety, Q3) for day in (8, 9, 10)]
    assert got == [True, False, False, True, True, False]


def test_an_aspirational_window_is_met_at_70_percent(home: Home) -> None:
    found = key_result(home, IMPROVE, "ambition: aspirational")
    got = [answer(found, Q3.last, facts(found, value)).status for value in ("65 min", "65.1 min")]
    assert got == ["closed_met", "closed_missed"]


def test_without_a_closed_period_it_is_too_early_however_late_in_the_window(home: Home) -> None:
    """July is no whole month of this window, and August closes on its last day."""
    more = "kind: maintain, kpi: answered_share, target: 95%, each: month, window: 2026-07-02..2026-08-31"
    found = key_result(home, more)
    got = answers(found, [date(2026, 8, 30), date(2026, 8, 31)], periods(found, ["96%"]))
    assert [each.status for _, each in got] == ["too_early", "closed_met"]


def test_data_is_stale_after_more_than_three_business_days(home: Home) -> None:
    """Covered up to Thursday 30 July. Tuesday 4 August is the third business day after it, Wednesday the fourth; with
    a holiday on Monday it is the third."""
    found, thursday = key_result(home, IMPROVE), date(2026, 7, 30)
    days = [date(2026, 8, day) for day in (3, 4, 5)]

    def statuses(calendar: Calendar) -> list[str]:
        known = facts(found, "75 min", newest_days={"first_response": {"desk": thursday}}, calendar=calendar)
        return [each.status for _, each in answers(found, days, known)]

    assert statuses(working(Q3.first, Q3.last)) == ["on_track", "on_track", "stale"]
    assert statuses(working(Q3.first, Q3.last, [date(2026, 8, 3)])) == ["on_track", "on_track", "on_track"]
    assert statuses(Calendar()) == ["stale", "stale", "stale"]


def test_only_the_sources_that_feed_it_make_it_stale(home: Home) -> None:
    """The oldest of them; another measure's, and sources that the filter leaves out, do not matter."""
    long_ago, today = HALF_WAY - timedelta(days=30), HALF_WAY
    newest = {"first_response": {"old": long_ago, "new": today}, "surveys": {"new": long_ago}}
    filters = {"": "stale", ", where: {source: new}": "on_track", ", where: {source: [new, old]}": "stale",
               ", where: {source: other}": "on_track"}  # fmt: skip
    got = {}
    for more in filters:
        found = key_result(home, IMPROVE + more)
        got[more] = answer(found, HALF_WAY, facts(found, "75 min", newest_days=newest)).status
    assert got == filters


def test_what_people_say_does_not_grow_stale(home: Home) -> None:
    found = key_result(home, "kind: milestone, milestones: [{id: a, title: a}]")
    long_ago = {"first_response": {"desk": date(2026, 1, 1)}}
    assert answer(found, HALF_WAY, Facts(newest_days=long_ago)).status == "on_track"


@pytest.mark.parametrize(
    ("newest", "expected"),
    [(None, False), (HALF_WAY, False), (HALF_WAY + timedelta(days=9), False), (HALF_WAY - timedelta(days=4), True)],
)
def test_data_up_to_the_day_or_beyond_is_fresh(newest: date | None, *, expected: bool) -> None:
    assert is_stale(HALF_WAY, newest, Calendar()) is expected


def test_days_outside_a_calendar_are_business_days() -> None:
    """From Friday 31 July to Tuesday 4 August, the calendar knowing only the weekend, as closed."""
    weekend = Calendar(date(2026, 8, 1), [False, False])
    friday, tuesday = date(2026, 7, 31), date(2026, 8, 4)
    assert weekend.business_days(friday, tuesday) == [True, False, False, True, True]
    assert weekend.business_days_between(friday, tuesday) == 2
    assert weekend.business_days_between(friday, date(2026, 8, 2)) == 0
    assert weekend.business_days_between(tuesday, friday) == 0
