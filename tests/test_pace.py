"""What follows from an answer: what is needed from here, the distance, the error budget, what people said."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from scored_by_hand import HALF_WAY, Q3, Written, facts, key_result, periods, working

from okr_analytics.home import Home
from okr_analytics.okr.defining.checkins import CheckIn
from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.scoring.attainment import Aim, Answer, answers
from okr_analytics.okr.scoring.facts import Facts, Measured
from okr_analytics.okr.scoring.pace import Needed, needed_from_here, outlook

SHARE = "kind: reach, kpi: answered_share, target: 95%"


def rows(found: KeyResult, days: list[date], known: Facts, through: date = HALF_WAY, aims: Any = ()) -> list[Any]:
    """okr.outlook of these days."""
    told = list(answers(found, days, known, aims))
    return list(outlook(found, told, known, through, aims))


@pytest.mark.parametrize(
    ("met", "expected"),
    [(1729, Needed(Decimal("0.960795455"))), (1600, Needed(Decimal("1.03409091"), "unreachable"))],
)
def test_the_rest_must_make_up_for_what_is_missing(home: Home, met: int, expected: Needed) -> None:
    """1,840 rows in 46 of 90 business days: 3,600 are expected, 3,420 of them must be met, 1,760 are to come.

    After 1,729: 1,691 of them, 96.08 %. After 1,600: 1,820 of them, 103.41 %, which cannot be.
    """
    found = key_result(home, SHARE)
    so_far = Answer("on_track", Decimal(met) / 1840, target=Decimal("0.95"), n=1840)
    assert needed_from_here(found, HALF_WAY, so_far, 46, 90) == expected


@pytest.mark.parametrize(
    ("more", "value", "days", "expected"),
    [
        # 20 days; so many are over. (target x 20 - value x days) / the rest
        ("kind: reach, kpi: answered_share, target: 90%", "80%", 10, ("1", None)),
        ("kind: reach, kpi: answered_share, target: 90%", "79%", 10, ("1.01", "unreachable")),
        ("kind: reach, kpi: answered_share, target: 20%", "90%", 15, ("-1.9", "secured")),
        ("kind: reach, kpi: reopened_share, target: 5%", "4%", 10, ("0.06", None)),
        ("kind: reach, kpi: reopened_share, target: 5%", "20%", 10, ("-0.1", "unreachable")),
        ("kind: reach, kpi: reopened_share, target: 60%", "5%", 19, ("11.05", "secured")),
        ("kind: reach, kpi: surveys_csat_mean, target: 4", "4.5", 15, ("2.5", None)),
        ("kind: reach, kpi: surveys_csat_mean, target: 3.5", "4.5", 15, ("0.5", "secured")),
        ("kind: reach, kpi: surveys_csat_mean, target: 4.5", "3", 15, ("9", "unreachable")),
        ("kind: reach, kpi: tickets_resolved_per_business_day, target: 32", "30", 16, ("40", None)),
        ("kind: reach, kpi: escalations_count, target: 3", "5", 16, ("-5", "unreachable")),
        ("kpi: tickets_resolved_count, baseline: 20, target: 32", "30", 16, ("40", None)),
        ("kpi: answered_share, baseline: 50%, target: 90%, over: window", "80%", 10, ("1", None)),
        ("kind: reach, kpi: articles_still_needed_a_ticket_rate, target: 50%", "60%", 10, ("0.4", None)),
    ],
)
def test_what_is_needed_may_be_secured_or_out_of_reach(
    home: Home, more: str, value: str, days: int, expected: tuple[str, str | None]
) -> None:
    """Secured: the worst value that can be would do. Unreachable: the best would not. Volumes are per business day."""
    found = key_result(home, more)
    ((_, so_far),) = answers(found, [HALF_WAY], facts(found, value))
    assert needed_from_here(found, HALF_WAY, so_far, days, 20) == Needed(Decimal(expected[0]), expected[1])


def test_where_nothing_happened_so_far_a_volume_still_needs_its_rest(home: Home) -> None:
    """None in 16 of 20 days at 32 wanted: 32 x 20 / 4 = 160 a day. Of a mean of no rows nobody knows."""
    found = key_result(home, "kind: reach, kpi: tickets_resolved_count, target: 32")
    ((_, so_far),) = answers(found, [HALF_WAY], facts(found, "0", n=0))
    assert needed_from_here(found, HALF_WAY, so_far, 16, 20) == Needed(Decimal(160))


@pytest.mark.parametrize(
    ("more", "day", "so_far", "days", "note"),
    [
        ("kpi: first_response_calendar_median, baseline: 2 h, target: 1 h, over: window", HALF_WAY, {}, 10,
         "does_not_add_up"),
        ("kind: reach, kpi: backlog_closing, target: 5, over: window", HALF_WAY, {}, 10, "does_not_add_up"),
        ("kpi: answered_share, baseline: 50%, target: 90%", HALF_WAY, {}, 10, "not_window_to_date"),
        ("kind: reach, kpi: answered_share, target: 90%, over: month", HALF_WAY, {}, 10, "not_window_to_date"),
        ("kind: maintain, kpi: answered_share, target: 90%", HALF_WAY, {}, 10, "not_window_to_date"),
        ("kind: reach, kpi: answered_share", HALF_WAY, {"target": None}, 10, "no_single_target"),
        ("kind: reach, kpi: transfers_mean, within: [1, 2]", HALF_WAY, {"target": None}, 10, "no_single_target"),
        (SHARE, Q3.last, {}, 10, "window_over"),
        (SHARE, HALF_WAY, {}, 20, "window_over"),
        (SHARE, HALF_WAY, {"value": None}, 10, "no_value"),
        (SHARE, HALF_WAY, {"n": 0}, 10, "no_value"),
        (SHARE, HALF_WAY, {}, 0, "no_value"),
    ],
)  # fmt: skip
def test_where_nothing_can_be_needed_it_says_why(
    home: Home, more: str, day: date, so_far: dict[str, Any], days: int, note: str
) -> None:
    said = {"value": Decimal("0.8"), "target": Decimal("0.95"), "n": 10, **so_far}
    assert needed_from_here(key_result(home, more), day, Answer("on_track", **said), days, 20) == Needed(note=note)


def test_an_outlook_counts_the_business_days_of_its_own_window(home: Home) -> None:
    """Monday 6 to Friday 17 July without Wednesday the 8th: nine business days, four by Friday the 10th. 80 % so far:
    (0.9 x 9 - 0.8 x 4) / 5 = 98 %."""
    found = key_result(home, "kind: reach, kpi: answered_share, target: 90%, window: 2026-07-06..2026-07-17")
    known = facts(found, "80%", calendar=working(Q3.first, Q3.last, [date(2026, 7, 8)]))
    friday = date(2026, 7, 10)
    no_line = dict.fromkeys(("projected", "projected_low", "projected_high"))
    assert rows(found, [date(2026, 7, 5), friday, date(2026, 7, 17)], known, through=date(2026, 8, 1)) == [
        {"kr_id": "k", "as_of_date": date(2026, 7, 5), "expected": None, "gap": None, "is_provisional": False},
        {
            "kr_id": "k", "as_of_date": friday, "expected": 1, "gap": -1, "is_provisional": False,
            "needed_from_here": 0.98, "needed_note": None, "distance": -0.1, "value_low": None, "value_high": None,
            **no_line,
        },
        {
            "kr_id": "k", "as_of_date": date(2026, 7, 17), "expected": 1, "gap": -1, "is_provisional": False,
            "needed_from_here": None, "needed_note": "window_over", "distance": -0.1,
            "value_low": None, "value_high": None, **no_line,
        },
    ]  # fmt: skip


def test_the_noise_of_the_newest_value_stands_beside_it(home: Home) -> None:
    found = key_result(home, SHARE)
    known = Facts(measured={("answered_share", "{}", "2026-07-01..day"): {HALF_WAY: Measured(Decimal(1), 9, 0.7, 1.0)}})
    ((low, high),) = [(each["value_low"], each["value_high"]) for each in rows(found, [HALF_WAY], known)]
    assert (low, high) == (0.7, 1.0)


@pytest.mark.parametrize(
    ("more", "value", "expected"),
    [
        ("kpi: reopened_share, target: 5%", "7%", 0.02),
        ("kpi: reopened_share, target: 5%", "2%", -0.03),
        ("kpi: handle_time_median, within: [5 min, 15 min]", "4 min", -60),
        ("kpi: handle_time_median, within: [5 min, 15 min]", "5 min", 0),
        ("kpi: handle_time_median, within: [5 min, 15 min]", "10 min", 0),
        ("kpi: handle_time_median, within: [5 min, 15 min]", "17 min", 120),
        ("kpi: reopened_share, target: 5%", None, None),
        ("kpi: reopened_share", "7%", None),
    ],
)
def test_the_distance_is_how_far_the_value_is_from_the_target(
    home: Home, more: str, value: Written, expected: float | None
) -> None:
    found = key_result(home, f"kind: reach, {more}")
    ((row),) = rows(found, [HALF_WAY], facts(found, value))
    assert row["distance"] == expected


def test_the_distance_is_to_the_range_that_applied(home: Home) -> None:
    """5 to 15 minutes, from 10 August on 5 to 20: 17 minutes are 2 too many on the 9th, and none on the 10th."""
    first = key_result(home, "kind: reach, kpi: handle_time_median, within: [5 min, 15 min]").target
    found = key_result(home, "kind: reach, kpi: handle_time_median, within: [5 min, 20 min]")
    aims = [Aim(date.min, first, Decimal(1)), Aim(date(2026, 8, 10), found.target, Decimal(1))]
    days = [date(2026, 8, 9), date(2026, 8, 10)]
    assert [each["distance"] for each in rows(found, days, facts(found, "17 min"), aims=aims)] == [120, 0]


KEPT = "kind: maintain, kpi: answered_share, target: 95%"


def burned(found: KeyResult, known: Facts, days: list[date], aims: Any = ()) -> list[tuple[Any, Any]]:
    """Budget and burn on each day."""
    return [(each.get("budget"), each.get("burn")) for each in rows(found, days, known, aims=aims)]


def test_an_error_budget_burns_with_every_breach(home: Home) -> None:
    """Twelve whole weeks, of which 90 % are required: 1.2 may breach. Breaches in the second and the fourth week."""
    found = key_result(home, f"{KEPT}, required: 90%")
    known = periods(found, ["96%", "94%", "96%", "94%", *[None] * 8])
    days = [date(2026, 7, 11) + timedelta(days=number) for number in (0, 1, 8, 15, 22)]
    assert burned(found, known, days) == [
        (None, None), (1.2, 0), (1.2, 0.833333333), (1.2, 0.833333333), (1.2, 1.66666667),
    ]  # fmt: skip


def test_where_all_must_comply_there_is_no_budget_to_burn(home: Home) -> None:
    found = key_result(home, KEPT)
    known = periods(found, ["96%", "94%", *[None] * 10])
    assert burned(found, known, [date(2026, 7, 19)]) == [(0, None)]
    ((row),) = rows(found, [date(2026, 7, 19)], known)
    assert (row["distance"], row["needed_note"]) == (None, "not_window_to_date")


def test_a_budget_is_of_what_was_required_on_its_day(home: Home) -> None:
    """75 % of twelve weeks: three may breach; from 20 July on 90 %."""
    found = key_result(home, f"{KEPT}, required: 90%")
    known = periods(found, ["96%", "94%", *[None] * 10])
    aims = [Aim(date.min, found.target, Decimal("0.75")), Aim(date(2026, 7, 20), found.target, Decimal("0.9"))]
    days = [date(2026, 7, 19), date(2026, 7, 20)]
    assert burned(found, known, days, aims) == [(3, 0.333333333), (1.2, 0.833333333)]


def test_what_people_said_stands_beside_the_status_until_it_expires(home: Home) -> None:
    """At risk from 3 to 5 August. What they say later adds to it; what is not said again stays."""
    found = key_result(home, SHARE)
    check_ins = [
        CheckIn("k", date(2026, 8, 7), comment="Better"),
        CheckIn("k", date(2026, 8, 3), confidence=4, human_status="at_risk", expires_on=date(2026, 8, 5), comment="Hm"),
        CheckIn("k", date(2026, 8, 8), human_status="on_track"),
    ]
    known = facts(found, "80%", check_ins={"k": check_ins})
    names = ("confidence", "human_status", "human_status_on", "comment")
    got = rows(found, [date(2026, 8, day) for day in (2, 3, 5, 6, 7, 8)], known)
    third, eighth = date(2026, 8, 3), date(2026, 8, 8)
    assert [tuple(each.get(name) for name in names) for each in got] == [
        (None, None, None, None),
        (4, "at_risk", third, "Hm"),
        (4, "at_risk", third, "Hm"),
        (4, None, None, "Hm"),
        (4, None, None, "Better"),
        (4, "on_track", eighth, "Better"),
    ]


def test_an_answer_is_provisional_on_an_unfrozen_baseline_and_just_after_its_window(home: Home) -> None:
    """The baseline of July is frozen after 14 August; the window's last day is 30 September."""
    found = key_result(home, "kpi: first_response_calendar_median, baseline: 2026-07-01..2026-07-31, target: -50%")
    known = facts(found, "75 min", baseline="100 min")
    days = [date(2026, 8, 14), date(2026, 8, 15), Q3.last]

    def provisional(through: date) -> list[bool]:
        return [each["is_provisional"] for each in rows(found, days, known, through)]

    assert provisional(date(2026, 10, 14)) == [True, False, True]
    assert provisional(date(2026, 10, 15)) == [True, False, False]


def test_nothing_but_what_was_said_follows_from_a_milestone(home: Home) -> None:
    found = key_result(home, "kind: milestone, milestones: [{id: a, title: a}]")
    ((row),) = rows(found, [HALF_WAY], Facts())
    assert row == {"kr_id": "k", "as_of_date": HALF_WAY, "expected": 0, "gap": 0, "is_provisional": False}
