"""Targets, windows and spans: what people write and what is meant by it."""

from datetime import date
from decimal import Decimal

import pytest
from scored_by_hand import Q3, key_result

from okr_analytics.desk import Desk
from okr_analytics.home import Home
from okr_analytics.metrics.shipped import shipped
from okr_analytics.okr.defining.periods import Period, parse_over, parse_period, span, whole_periods
from okr_analytics.okr.defining.targets import is_met, parse_target

MEDIAN = shipped(Desk()).kpi("first_response_calendar_median")
SHARE = shipped(Desk()).kpi("answered_share")
COUNT = shipped(Desk()).kpi("tickets_resolved_count")


@pytest.mark.parametrize(
    ("written", "known", "expected"),
    [
        ("-30%", MEDIAN, ("relative", "-0.3")),
        ("+12.5 %", SHARE, ("relative", "0.125")),
        ("+5pp", SHARE, ("points", "0.05")),
        ("85%", SHARE, ("absolute", "0.85")),
        (0.85, SHARE, ("absolute", "0.85")),
        ("0.125", SHARE, ("absolute", "0.125")),
        ("45 min", MEDIAN, ("absolute", "2700")),
        ("1 h 30 min", MEDIAN, ("absolute", "5400")),
        ("1,5 h", MEDIAN, ("absolute", "5400")),
        ("90s", MEDIAN, ("absolute", "90")),
        ("4 d", MEDIAN, ("absolute", "345600")),
        (27, COUNT, ("absolute", "27")),
        ("27 tickets", COUNT, ("absolute", "27")),
    ],
)
def test_a_target_is_read_as_it_is_written(written: str | float, known: object, expected: tuple[str, str]) -> None:
    target = parse_target(written, known)  # type: ignore[arg-type]
    assert (target.kind, target.amount) == (expected[0], Decimal(expected[1]))


@pytest.mark.parametrize(
    ("written", "known", "mend"),
    [
        ("45", MEDIAN, "write it like 45 min"),
        ("45 parsecs", MEDIAN, "no unit of time 'parsecs'"),
        ("30%", MEDIAN, "has no unit"),
        ("-30", MEDIAN, "needs % or pp"),
        ("+5pp", MEDIAN, "points are for shares"),
        ("120%", SHARE, "outside the range"),
        ("85", SHARE, "outside the range"),
        ("many", COUNT, "no number"),
        ("1,000", COUNT, "a thousand or one"),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused_with_its_mend(written: str, known: object, mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        parse_target(written, known)  # type: ignore[arg-type]


def test_exactly_met_is_met_at_9_digits() -> None:
    assert is_met(Decimal("0.9499999999"), Decimal("0.95"), "higher")
    assert not is_met(Decimal("0.949999"), Decimal("0.95"), "higher")


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ("28d", Period(date(2026, 7, 16), date(2026, 8, 12))),
        ("window", Period(date(2026, 7, 1), date(2026, 8, 12))),
        ("week", Period(date(2026, 8, 10), date(2026, 8, 12))),
        ("month", Period(date(2026, 8, 1), date(2026, 8, 12))),
    ],
)
def test_a_value_is_measured_over_its_span(over: str, expected: Period) -> None:
    assert span(parse_over(over), date(2026, 8, 12), Q3) == expected


def test_the_span_follows_from_the_kind_unless_it_is_written(home: Home) -> None:
    written = {
        "kpi: answered_share, baseline: 50%, target: 60%": "28d",
        "kind: reach, kpi: answered_share, target: 60%": "window",
        "kpi: tickets_resolved_count, baseline: 5, target: 6": "window",
        "kpi: answered_share, baseline: 50%, target: 60%, over: 7d": "7d",
    }
    assert {more: key_result(home, more).over for more in written} == written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-01..2026-09-30", Q3),
        ("2026-Q3", Q3),
        ("2026-02", Period(date(2026, 2, 1), date(2026, 2, 28))),
    ],
)
def test_a_period_can_be_written_short(text: str, expected: Period) -> None:
    assert parse_period(text) == expected


@pytest.mark.parametrize(
    ("grain", "expected"),
    [
        ("day", [Period(date(2026, 7, day), date(2026, 7, day)) for day in range(6, 16)]),
        ("week", [Period(date(2026, 7, 6), date(2026, 7, 12))]),
        ("month", []),
    ],
)
def test_only_periods_wholly_inside_a_window_are_whole(grain: str, expected: list[Period]) -> None:
    """From Monday 6 to Wednesday 15 July: ten days, one week and the beginning of another, no month."""
    assert whole_periods(Period(date(2026, 7, 6), date(2026, 7, 15)), grain) == expected


def test_months_are_whole_at_both_ends_of_a_year() -> None:
    """From 2 December to 28 February: December lacks a day, January and February do not."""
    assert whole_periods(Period(date(2026, 12, 2), date(2027, 2, 28)), "month") == [
        Period(date(2027, 1, 1), date(2027, 1, 31)),
        Period(date(2027, 2, 1), date(2027, 2, 28)),
    ]
