"""What is answered about improve and reach, from facts made by hand: from a baseline to a target, or a target alone."""

from datetime import date
from decimal import Decimal

import pytest
from scored_by_hand import HALF_WAY, Q3, answer, facts, key_result, measured

from okr_analytics.home import Home
from okr_analytics.okr.defining.fingerprints import basis
from okr_analytics.okr.scoring.attainment import Answer, answers
from okr_analytics.okr.scoring.baselines import baseline_day
from okr_analytics.okr.scoring.facts import Measured
from okr_analytics.okr.scoring.score import elapsed_share

IMPROVE = "kpi: first_response_calendar_median, baseline: 100 min, target: 50 min"
COMPUTED = "kpi: first_response_calendar_median, baseline: 2026-07-01..2026-07-31, target: -50%"
ONE = Decimal(1)


def test_expected_counts_days_inclusively() -> None:
    assert elapsed_share(Q3, date(2026, 7, 1)) == Decimal("0.0108695652")
    assert elapsed_share(Q3, date(2026, 9, 30)) == 1


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        (
            # 62 days to 31 August, 15 to 15 September, 15 to the end
            "{2026-09-15: 60%, 2026-08-31: 20%}",
            {(7, 1): "0.00322580645", (7, 31): "0.1", (8, 31): "0.2", (9, 8): "0.413333333", (9, 15): "0.6",
             (9, 23): "0.813333333", (9, 30): "1"},
        ),
        ("{2026-07-01: 10%}", {(7, 1): "0.1", (7, 2): "0.10989011", (9, 30): "1"}),  # 0.9 in 91 days
        ("{2026-09-30: 80%}", {(8, 15): "0.4", (9, 30): "0.8"}),
    ],
)  # fmt: skip
def test_phases_say_how_far_it_should_be(home: Home, phases: str, expected: dict[tuple[int, int], str]) -> None:
    """Straight from one to the next, from nothing on the eve of the window to all of it at the end."""
    found = key_result(home, f"{IMPROVE}, phases: {phases}")
    days = [date(2026, month, day) for month, day in expected]
    got = [each.expected for _, each in answers(found, days, facts(found, "75 min"))]
    assert got == [Decimal(share) for share in expected.values()]


def test_an_improvement_is_answered_whole(home: Home) -> None:
    """From 100 to 50 minutes, now 75: half the way on the 46th of 92 days."""
    found = key_result(home, IMPROVE)
    got = answer(found, HALF_WAY, facts(found, "75 min"))
    half = Decimal("0.5")
    assert got == Answer("on_track", Decimal(4500), Decimal(6000), Decimal(3000), half, half, half, 10)
    assert got.gap == 0


def test_too_few_rows_are_no_data_but_the_value_is_shown(home: Home) -> None:
    found = key_result(home, f"{IMPROVE}, min_n: 30")
    few, enough = (answer(found, HALF_WAY, facts(found, "50 min", n=n)) for n in (29, 30))
    assert (few.status, few.attainment, few.raw, few.value, few.n) == ("no_data", None, None, Decimal(3000), 29)
    assert (enough.status, enough.attainment) == ("on_track", 1)


def test_a_target_left_open_is_a_draft(home: Home) -> None:
    found = key_result(home, "kpi: first_response_calendar_median, baseline: 100 min")
    got = answer(found, HALF_WAY, facts(found, "50 min"))
    assert got == Answer("draft", Decimal(3000), Decimal(6000), n=10)


def test_a_computed_baseline_is_pending_then_provisional_then_frozen(home: Home) -> None:
    """100 minutes as July closes, 110 as of 5 August, 120 as of the 14th; what comes later is not looked at."""
    found = key_result(home, COMPUTED)
    before = {date(2026, 7, 31): "100 min", date(2026, 8, 5): "110 min", date(2026, 8, 14): "120 min",
              date(2026, 8, 15): "200 min", date(2026, 8, 20): "300 min"}  # fmt: skip
    days = [date(2026, 7, 30), *before]
    got = dict(answers(found, days, facts(found, "75 min", baseline=before)))
    assert [each.baseline and each.baseline / 60 for each in got.values()] == [None, 100, 110, 120, 120, 120]
    provisional = ("baseline_provisional",)
    assert [each.flags for each in got.values()] == [(), provisional, provisional, provisional, (), ()]
    assert [each.status == "baseline_pending" for each in got.values()] == [True, *[False] * 5]
    assert got[days[0]].attainment is None
    assert got[days[1]].attainment == Decimal("0.5")
    assert found.baseline_period is not None
    taken_on = [baseline_day(found.baseline_period, day) for day in days]
    assert taken_on == [None, *days[1:4], date(2026, 8, 14), date(2026, 8, 14)]


def test_a_frozen_baseline_stays_whatever_is_measured_later(home: Home) -> None:
    """Frozen at 150 minutes; rows that came later would make it 120. Provisional days are not frozen."""
    found = key_result(home, COMPUTED)
    frozen = {("k", basis(found)): measured(found, "150 min")}
    known = facts(found, "75 min", baseline="120 min", frozen=frozen)
    got = answers(found, [date(2026, 8, 13), date(2026, 8, 14), date(2026, 8, 20)], known)
    assert [each.baseline for _, each in got] == [Decimal(7200), Decimal(9000), Decimal(9000)]


def test_a_baseline_frozen_for_another_period_is_not_taken(home: Home) -> None:
    earlier = key_result(home, COMPUTED.replace("07-31", "07-30"))
    found = key_result(home, COMPUTED)
    frozen = {("k", basis(earlier)): measured(found, "150 min")}
    got = answer(found, date(2026, 8, 20), facts(found, "75 min", baseline="120 min", frozen=frozen))
    assert got.baseline == Decimal(7200)


def test_a_baseline_of_too_few_rows_is_none(home: Home) -> None:
    found = key_result(home, f"{COMPUTED}, min_n: 11")
    known = facts(found, "75 min", n=11, baseline="100 min")
    thin = {key: dict.fromkeys(series, Measured(Decimal(6000), 10)) for key, series in known.measured.items()
            if key[2] != "28d"}  # fmt: skip
    got = answer(found, HALF_WAY, type(known)(measured={**known.measured, **thin}))
    assert (got.baseline, got.attainment, got.status, got.flags) == (None, None, "no_data", ("no_baseline",))


HELD = "kpi: surveys_csat_mean, baseline: 2026-Q2, target: 4.5"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("4.5", (1, "on_track")), ("4.49", (0, "off_track")), ("5", (1, "on_track")), (None, (None, "no_data"))],
)
def test_a_computed_baseline_past_the_target_is_held(
    home: Home, value: str | None, expected: tuple[int | None, str]
) -> None:
    found = key_result(home, HELD)
    got = answer(found, HALF_WAY, facts(found, value, baseline="4.6"))
    assert (got.attainment, got.status) == expected
    assert (got.raw, got.expected, got.flags) == (None, 1, ("target_met_at_baseline",))


@pytest.mark.parametrize(
    ("more", "value", "baseline", "flag"),
    [
        ("kpi: reopened_share, target: -50%", "10%", "0%", "zero_baseline"),
        ("kpi: answered_share, target: +20%", "90%", "90%", "target_out_of_range"),
        ("kpi: answered_share, target: +20pp", "90%", "90%", "target_out_of_range"),
    ],
)
def test_a_target_that_its_computed_baseline_makes_impossible_is_flagged_and_not_scored(
    home: Home, more: str, value: str, baseline: str, flag: str
) -> None:
    found = key_result(home, f"{more}, baseline: 2026-Q2")
    got = answer(found, HALF_WAY, facts(found, value, baseline={date(2026, 7, 14): baseline}))
    assert (got.attainment, got.raw, got.status, got.flags) == (None, None, "no_data", (flag,))


@pytest.mark.parametrize(
    ("more", "value", "expected"),
    [
        ("kpi: answered_share, target: 85%", "85%", (1, "on_track")),
        ("kpi: answered_share, target: 85%", "84.9%", (0, "off_track")),
        ("kpi: reopened_share, target: 5%", "5%", (1, "on_track")),
        ("kpi: reopened_share, target: 5%", "5.1%", (0, "off_track")),
        ("kpi: reopened_share, target: 5%", "0%", (1, "on_track")),
        ("kpi: handle_time_median, within: [5 min, 15 min]", "4 min 59 s", (0, "off_track")),
        ("kpi: handle_time_median, within: [5 min, 15 min]", "5 min", (1, "on_track")),
        ("kpi: handle_time_median, within: [5 min, 15 min]", "15 min", (1, "on_track")),
        ("kpi: handle_time_median, within: [5 min, 15 min]", "15 min 1 s", (0, "off_track")),
        ("kpi: handle_time_median, target: 10 min, direction: lower", "9 min", (1, "on_track")),
        ("kpi: reopened_share, target: 5%", None, (None, "no_data")),
    ],
)
def test_reach_is_met_or_not_and_always_expected(
    home: Home, more: str, value: str | None, expected: tuple[int | None, str]
) -> None:
    found = key_result(home, f"kind: reach, {more}")
    got = answer(found, HALF_WAY, facts(found, value))
    assert (got.attainment, got.status, got.expected, got.raw, got.baseline) == (*expected, 1, None, None)
