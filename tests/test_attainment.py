"""Laws and edges of scoring: targets, raw progress, statuses in their order, roll-up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from conftest import put
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from okr_analytics.desk import Desk
from okr_analytics.errors import TargetMetAtBaseline
from okr_analytics.home import Home
from okr_analytics.kpi.shipped import shipped
from okr_analytics.okr.attainment import Answer, Measured, answer, baseline_day, elapsed_share
from okr_analytics.okr.definitions import KeyResult, Objective
from okr_analytics.okr.periods import Period, parse_over, parse_period, span
from okr_analytics.okr.reading import read_definitions
from okr_analytics.okr.rollup import Member, roll_up
from okr_analytics.okr.targets import is_met, parse_target, parse_value, raw_progress

MEDIAN = shipped(Desk()).kpi("first_response_calendar_median")
SHARE = shipped(Desk()).kpi("answered_share")
COUNT = shipped(Desk()).kpi("tickets_resolved_count")
Q3 = Period(date(2026, 7, 1), date(2026, 9, 30))


def key_result(home: Home, more: str, objective: str = "") -> KeyResult:
    """One key result, read as people write it."""
    return objective_of(home, f"- {{id: k, title: k, {more}}}", objective).key_results[0]


def objective_of(home: Home, key_results: str, more: str = "") -> Objective:
    """One objective with these key results."""
    head = f"objectives:\n  - id: o\n    title: o\n    window: 2026-Q3\n    {more}"
    text = f"{head}\n    key_results:\n      {key_results}\n"
    put(home, "okrs/o.yaml", text)
    (objective,) = read_definitions(home).objectives
    return objective


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


NUMBERS = st.decimals(min_value=0, max_value=10**6, places=2)


@settings(deadline=None)
@given(baseline=NUMBERS, target=NUMBERS, one=NUMBERS, other=NUMBERS)
def test_progress_is_0_at_the_baseline_1_at_the_target_and_monotone(
    baseline: Decimal, target: Decimal, one: Decimal, other: Decimal
) -> None:
    assume(not is_met(baseline, target, "lower"))
    assert raw_progress(baseline, baseline, target, "lower") == 0
    assert raw_progress(target, baseline, target, "lower") == 1
    better, worse = sorted((one, other))
    assert raw_progress(better, baseline, target, "lower") >= raw_progress(worse, baseline, target, "lower")


@settings(deadline=None)
@given(baseline=NUMBERS, target=NUMBERS, value=NUMBERS, unit=st.sampled_from([60, 3600, 86400]))
def test_a_change_of_unit_leaves_progress_alone(baseline: Decimal, target: Decimal, value: Decimal, unit: int) -> None:
    assume(not is_met(baseline, target, "lower"))
    in_seconds = raw_progress(value * unit, baseline * unit, target * unit, "lower")
    assert in_seconds == raw_progress(value, baseline, target, "lower")


@settings(deadline=None)
@given(baseline=NUMBERS, target=NUMBERS, direction=st.sampled_from(["lower", "higher"]))
def test_there_is_no_progress_where_the_baseline_meets_the_target(
    baseline: Decimal, target: Decimal, direction: str
) -> None:
    assume(is_met(baseline, target, direction))
    with pytest.raises(TargetMetAtBaseline):
        raw_progress(baseline, baseline, target, direction)


def test_exactly_met_is_met_at_9_digits() -> None:
    assert is_met(Decimal("0.9499999999"), Decimal("0.95"), "higher")
    assert not is_met(Decimal("0.949999"), Decimal("0.95"), "higher")


def status(found: KeyResult, day: date, value: str | None, *, n: int = 10, newest: date | None = None) -> Answer:
    """The answer with a baseline of 100 minutes."""
    now = Measured(None if value is None else parse_value(value, found.kpi), n)
    return answer(found, day, now, Measured(Decimal(6000), 10), newest or day)


IMPROVE = "kpi: first_response_calendar_median, baseline: 100 min, target: 50 min"


@pytest.mark.parametrize(
    ("day", "value", "expected"),
    [
        (date(2026, 7, 5), "100 min", "too_early"),
        (date(2026, 8, 15), None, "no_data"),
        (date(2026, 8, 15), "75 min", "on_track"),  # e = 46/92: expected 0.5, attained 0.5
        (date(2026, 8, 15), "80 min", "on_track"),  # 0.4: the gap is exactly -0.10
        (date(2026, 8, 15), "80.1 min", "at_risk"),
        (date(2026, 8, 15), "87.5 min", "at_risk"),  # 0.25: the gap is exactly -0.25
        (date(2026, 8, 15), "88 min", "off_track"),
        (date(2026, 9, 30), "50 min", "closed_met"),
        (date(2026, 9, 30), "51 min", "closed_missed"),
        (date(2026, 9, 30), None, "closed_no_data"),
    ],
)
def test_a_status_follows_from_the_gap_and_the_day(home: Home, day: date, value: str | None, expected: str) -> None:
    assert status(key_result(home, IMPROVE), day, value).status == expected


def test_an_aspirational_window_is_met_at_70_percent(home: Home) -> None:
    found = key_result(home, IMPROVE, "ambition: aspirational")
    assert [status(found, Q3.last, value).status for value in ("65 min", "66 min")] == ["closed_met", "closed_missed"]


def test_stale_data_is_no_success(home: Home) -> None:
    found = key_result(home, IMPROVE)
    day = date(2026, 8, 15)
    assert status(found, day, "50 min", newest=day - timedelta(days=3)).status == "on_track"
    assert status(found, day, "50 min", newest=day - timedelta(days=4)).status == "stale"


def test_too_few_rows_are_no_data_but_the_value_is_shown(home: Home) -> None:
    got = status(key_result(home, f"{IMPROVE}, min_n: 30"), date(2026, 8, 15), "50 min", n=29)
    assert (got.status, got.attainment, got.value, got.n) == ("no_data", None, Decimal(3000), 29)


def test_a_target_left_open_is_a_draft(home: Home) -> None:
    got = status(key_result(home, "kpi: first_response_calendar_median, baseline: 100 min"), Q3.last, "50 min")
    assert (got.status, got.attainment, got.expected) == ("draft", None, None)


@pytest.mark.parametrize(("value", "expected"), [("5%", (1, "on_track")), ("5.1%", (0, "off_track"))])
def test_reach_is_met_or_not_and_always_expected(home: Home, value: str, expected: tuple[int, str]) -> None:
    found = key_result(home, "kind: reach, kpi: reopened_share, target: 5%")
    got = status(found, date(2026, 8, 15), value)
    assert (got.attainment, got.status, got.expected, got.raw) == (*expected, 1, None)


def test_a_computed_baseline_is_pending_then_provisional_then_frozen(home: Home) -> None:
    found = key_result(home, "kpi: first_response_calendar_median, baseline: 2026-07-01..2026-07-31, target: -50%")
    days = [date(2026, 7, 30), date(2026, 7, 31), date(2026, 8, 14), date(2026, 8, 15)]
    got = [status(found, day, "75 min") for day in days]
    assert [each.status == "baseline_pending" for each in got] == [True, False, False, False]
    assert [each.flags for each in got] == [(), ("baseline_provisional",), ("baseline_provisional",), ()]
    period = Period(date(2026, 7, 1), date(2026, 7, 31))
    assert [baseline_day(period, day) for day in days] == [None, days[1], days[2], date(2026, 8, 14)]


def test_a_pending_baseline_scores_nothing_even_if_rows_are_there(home: Home) -> None:
    """As of a day before the period ends there is no baseline measurement, so there is no attainment."""
    found = key_result(home, "kpi: first_response_calendar_median, baseline: 2026-07-01..2026-07-31, target: -50%")
    got = answer(found, date(2026, 7, 20), Measured(Decimal(60), 5), Measured(), date(2026, 7, 20))
    assert (got.attainment, got.status) == (None, "baseline_pending")


def test_a_relative_target_of_a_computed_zero_is_flagged_and_not_scored(home: Home) -> None:
    found = key_result(home, "kpi: reopened_share, baseline: 2026-Q2, target: -50%")
    got = answer(found, date(2026, 8, 15), Measured(Decimal("0.1"), 9), Measured(Decimal(0), 9), date(2026, 8, 15))
    assert (got.attainment, got.flags, got.status) == (None, ("zero_baseline",), "no_data")


def test_a_computed_baseline_can_push_a_target_out_of_range(home: Home) -> None:
    found = key_result(home, "kpi: answered_share, baseline: 2026-Q2, target: +20%")
    got = answer(found, date(2026, 8, 15), Measured(Decimal("0.9"), 9), Measured(Decimal("0.9"), 9), date(2026, 8, 15))
    assert (got.attainment, got.flags) == (None, ("target_out_of_range",))


def test_expected_counts_days_inclusively() -> None:
    assert elapsed_share(Q3, date(2026, 7, 1)) == Decimal("0.0108695652")
    assert elapsed_share(Q3, date(2026, 9, 30)) == 1


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


def member(weight: str, attainment: str | None, expected: str = "0.5", status: str = "on_track") -> Member:
    """A key result's part in its objective."""
    return Member(Decimal(weight), status, None if attainment is None else Decimal(attainment), Decimal(expected))


DAY = date(2026, 8, 15)


def test_an_objective_is_the_weighted_mean_of_its_scored_members(home: Home) -> None:
    """Weights 2 and 1 at 0.6 and 0.3 give 0.5; the third has no data and 1 of 4 in weight: coverage 0.75."""
    objective = objective_of(home, f"- {{id: k, title: k, {IMPROVE}}}")
    got = roll_up(objective, DAY, [member("2", "0.6"), member("1", "0.3"), member("1", None, status="no_data")])
    assert (got.attainment, got.expected, got.coverage, got.status) == (
        Decimal("0.5"), Decimal("0.5"), Decimal("0.75"), "on_track",
    )  # fmt: skip


def test_under_half_coverage_nothing_is_said(home: Home) -> None:
    objective = objective_of(home, f"- {{id: k, title: k, {IMPROVE}}}")
    got = roll_up(objective, DAY, [member("1", "0.9"), member("1.1", None, status="no_data")])
    assert (got.attainment, got.status) == (None, "no_data")
    exactly = roll_up(objective, DAY, [member("1", "0.9"), member("1", None, status="no_data")])
    assert (exactly.attainment, exactly.coverage) == (Decimal("0.9"), Decimal("0.5"))


def test_drafts_weigh_nothing(home: Home) -> None:
    objective = objective_of(home, f"- {{id: k, title: k, {IMPROVE}}}")
    got = roll_up(objective, DAY, [member("1", "0.5"), member("9", None, status="draft")])
    assert (got.attainment, got.coverage) == (Decimal("0.5"), 1)
    assert roll_up(objective, DAY, [member("9", None, status="draft")]).status == "draft"


def test_data_is_stale_after_more_than_three_business_days(home: Home) -> None:
    """Covered up to Thursday 30 July. Tuesday 4 August is the third business day after it, Wednesday the fourth."""
    desk = Desk.model_validate({"hours": {"mon-fri": "09:00-17:00"}})
    found, thursday = key_result(home, IMPROVE), date(2026, 7, 30)

    def status_on(day: date) -> str:
        now, before = Measured(Decimal(4500), 10), Measured(Decimal(6000), 10)
        return answer(found, day, now, before, thursday, desk.business_days_between).status

    assert [status_on(date(2026, 8, day)) for day in (3, 4, 5)] == ["on_track", "on_track", "stale"]
