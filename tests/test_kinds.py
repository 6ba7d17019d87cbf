"""What is answered about maintain, milestone and cadence: judged period by period, or by what people say."""

from datetime import date
from decimal import Decimal

import pytest
from scored_by_hand import HALF_WAY, Q3, answer, key_result, measured, periods, working

from okr_analytics.home import Home
from okr_analytics.okr.defining.checkins import CheckIn
from okr_analytics.okr.scoring.attainment import answers
from okr_analytics.okr.scoring.facts import Facts

WEEKLY = "kind: maintain, kpi: answered_share, target: 95%, required: 75%, min_n: 5, window: 2026-07-01..2026-08-05"


def test_a_maintain_counts_the_closed_weeks_that_comply(home: Home) -> None:
    """Four weeks from Monday 6 July on; 1 to 5 July and 3 to 5 August are no whole weeks. The last has 2 rows only."""
    found = key_result(home, WEEKLY)
    known = periods(found, ["96%", "94%", "95%", ("50%", 2)])
    days = [(7, 11), (7, 12), (7, 18), (7, 19), (7, 26), (8, 2), (8, 5)]
    got = answers(found, [date(2026, month, day) for month, day in days], known)
    assert [(each.value, each.attainment, each.n, each.status) for _, each in got] == [
        (None, None, 0, "too_early"),
        (1, 1, 1, "on_track"),
        (1, 1, 1, "on_track"),
        (Decimal("0.5"), Decimal("0.666666667"), 2, "off_track"),
        (Decimal("0.666666667"), Decimal("0.888888889"), 3, "at_risk"),
        (Decimal("0.666666667"), Decimal("0.888888889"), 3, "at_risk"),
        (Decimal("0.666666667"), Decimal("0.888888889"), 3, "closed_missed"),
    ]
    last = answer(found, date(2026, 7, 26), known)
    assert (last.target, last.expected, last.raw, last.baseline) == (Decimal("0.75"), 1, None, None)


def test_a_maintain_of_weeks_without_enough_rows_is_unknown(home: Home) -> None:
    found = key_result(home, WEEKLY)
    got = answer(found, date(2026, 8, 2), periods(found, [("96%", 4), (None, 0), ("94%", 4), ("0%", 1)]))
    assert (got.value, got.attainment, got.n, got.status) == (None, None, 0, "no_data")


def test_a_week_is_judged_by_what_was_known_of_it(home: Home) -> None:
    """94 % as the week closes; late rows make it 96 % on Thursday."""
    found = key_result(home, WEEKLY)
    known = periods(found, ["94%", None, None, None])
    late = dict.fromkeys([date(2026, 7, day) for day in (16, 17)], measured(found, "96%"))
    ((week, series),) = [(key, each) for key, each in known.measured.items() if key[2].startswith("2026-07-06")]
    known = type(known)(measured={week: {**series, **late}})
    got = answers(found, [date(2026, 7, 15), date(2026, 7, 16)], known)
    assert [each.attainment for _, each in got] == [0, 1]


@pytest.mark.parametrize(
    ("more", "values", "day", "expected"),
    [
        # Thursday to Sunday, and as of Saturday three days are over: two of three
        (
            "kpi: answered_share, target: 95%, each: day, window: 2026-07-02..2026-07-05",
            ["95%", "94%", "99%", "0%"], date(2026, 7, 4), ("0.666666667", 3, "off_track"),
        ),
        # July and August; June and September are cut by the window
        (
            "kpi: answered_share, target: 95%, each: month, required: 50%",
            ["90%", "95%"], date(2026, 8, 31), ("1", 2, "on_track"),
        ),
        (
            "kpi: handle_time_median, within: [5 min, 15 min], window: 2026-07-06..2026-07-20",
            ["16 min", "5 min"], date(2026, 7, 19), ("0.5", 2, "off_track"),
        ),
        # none is a number, and few enough
        (
            "kpi: escalations_count, target: 3, window: 2026-07-06..2026-07-20",
            [("0", 0), ("3", 21)], date(2026, 7, 19), ("1", 2, "on_track"),
        ),
    ],
)  # fmt: skip
def test_what_is_maintained_may_be_days_months_ranges_or_counts(
    home: Home, more: str, values: list[str], day: date, expected: tuple[str, int, str]
) -> None:
    objective = "window: 2026-06-15..2026-09-10" if "window:" not in more else ""
    found = key_result(home, f"kind: maintain, {more}", objective)
    got = answer(found, day, periods(found, values))
    assert (got.attainment, got.n, got.status) == (Decimal(expected[0]), *expected[1:])


QUEUE = (
    "kind: milestone, milestones: [{id: chosen, title: c, due: 2026-07-31}, "
    "{id: built, title: b, due: 2026-08-31, weight: 2}, {id: live, title: l}]"
)


def tick(day: date, milestone: str, *, is_done: bool | None = True) -> CheckIn:
    """Somebody says of a milestone that it is done, or not."""
    return CheckIn("k", day, milestone, is_done)


def spoken(*check_ins: CheckIn) -> Facts:
    """What people say, on a desk that works from Monday to Friday but for Monday 6 July."""
    return Facts(check_ins={"k": check_ins}, calendar=working(Q3.first, Q3.last, [date(2026, 7, 6)]))


def test_milestones_weigh_what_is_ticked_against_what_is_due(home: Home) -> None:
    """Weights 1, 2 and 1. Chosen in time; built late; live only when the window is over, which counts no more."""
    found = key_result(home, QUEUE)
    ticks = [tick(date(2026, 7, 20), "chosen"), tick(date(2026, 9, 5), "built"), tick(date(2026, 10, 1), "live")]
    known = spoken(*ticks)
    days = [(7, 10), (7, 19), (7, 20), (7, 31), (8, 31), (9, 5), (9, 30)]
    got = answers(found, [date(2026, month, day) for month, day in days], known)
    assert [(each.attainment, each.expected, each.n, each.flags, each.status) for _, each in got] == [
        (0, 0, 0, (), "on_track"),
        (0, 0, 0, (), "on_track"),
        (Decimal("0.25"), 0, 1, (), "on_track"),
        (Decimal("0.25"), Decimal("0.25"), 1, (), "on_track"),
        (Decimal("0.25"), Decimal("0.75"), 1, (), "off_track"),
        (Decimal("0.75"), Decimal("0.75"), 2, ("late",), "on_track"),
        (Decimal("0.75"), 1, 2, ("late",), "closed_missed"),
    ]


def test_an_undated_milestone_is_due_at_the_end_of_the_window_and_not_late_on_it(home: Home) -> None:
    found = key_result(home, "kind: milestone, milestones: [{id: live, title: l}]")
    known = spoken(tick(date(2026, 9, 30), "live"))
    got = answers(found, [date(2026, 9, 29), date(2026, 9, 30)], known)
    assert [(each.attainment, each.expected, each.status, each.flags) for _, each in got] == [
        (0, 0, "on_track", ()),
        (1, 1, "closed_met", ()),
    ]


def test_a_tick_that_is_taken_back_counts_no_more_until_it_is_set_again(home: Home) -> None:
    """Chosen in June, before the window; not after all on 20 July; again, and then late, on 5 August. A
    comment on it changes nothing, nor does what is no milestone."""
    found = key_result(home, QUEUE)
    known = spoken(
        tick(date(2026, 8, 5), "chosen"),
        tick(date(2026, 6, 10), "chosen"),
        tick(date(2026, 7, 15), "chosen", is_done=None),
        tick(date(2026, 7, 20), "chosen", is_done=False),
        tick(date(2026, 7, 25), "forgotten"),
    )
    days = [date(2026, 7, 1), date(2026, 7, 19), date(2026, 7, 20), date(2026, 7, 31), date(2026, 8, 5)]
    got = answers(found, days, known)
    quarter = Decimal("0.25")
    assert [(each.attainment, each.flags) for _, each in got] == [
        (quarter, ()), (quarter, ()), (0, ()), (0, ()), (quarter, ("late",)),
    ]  # fmt: skip


def test_what_is_ticked_twice_is_done_since_the_first_time(home: Home) -> None:
    """Chosen on 20 July, due on the 31st; said once more on 10 August: it is not late."""
    found = key_result(home, QUEUE)
    known = spoken(tick(date(2026, 7, 20), "chosen"), tick(date(2026, 8, 10), "chosen"))
    assert answer(found, HALF_WAY, known).flags == ()


def test_after_the_window_no_tick_counts(home: Home) -> None:
    """Not even when somebody asks about a day after it."""
    found = key_result(home, QUEUE)
    known = spoken(tick(date(2026, 9, 30), "chosen"), tick(date(2026, 10, 1), "built"))
    assert answer(found, date(2026, 10, 2), known).attainment == Decimal("0.25")


DAILY = "kind: cadence, every: business day"


def done(*days: int, is_done: bool | None = True) -> list[CheckIn]:
    """Somebody says in July that it was done, or not."""
    return [CheckIn("k", date(2026, 7, day), is_done=is_done) for day in days]


def test_a_cadence_counts_the_business_days_with_evidence(home: Home) -> None:
    """From Thursday 2 to Friday 10 July six days are due. Saturday's evidence is for no day; Tuesday's word is no; on
    Wednesday there is a comment only."""
    found = key_result(home, f"{DAILY}, window: 2026-07-02..2026-07-10")
    known = spoken(*done(2, 4), *done(7, is_done=False), *done(8, is_done=None))
    got = answers(found, [date(2026, 7, day) for day in (2, 3, 4, 6, 7, 8, 9, 10)], known)
    half, third = Decimal("0.5"), Decimal("0.333333333")
    assert [(each.attainment, each.value, each.target, each.status) for _, each in got] == [
        (1, 1, 1, "on_track"),
        (half, 1, 2, "off_track"),
        (half, 1, 2, "off_track"),
        (half, 1, 2, "off_track"),
        (third, 1, 3, "off_track"),
        (half, 2, 4, "off_track"),
        (Decimal("0.4"), 2, 5, "off_track"),
        (third, 2, 6, "closed_missed"),
    ]


def test_nothing_is_due_before_the_first_business_day(home: Home) -> None:
    """From Saturday 4 July on, and Monday is a holiday: the first day due is Tuesday."""
    found = key_result(home, f"{DAILY}, window: 2026-07-04..2026-07-10")
    got = answers(found, [date(2026, 7, day) for day in (4, 6, 7)], spoken(*done(4)))
    assert [(each.attainment, each.expected, each.n, each.status) for _, each in got] == [
        (None, 1, 0, "too_early"),
        (None, 1, 0, "too_early"),
        (0, 1, 1, "off_track"),
    ]


def test_a_weekly_cadence_is_due_when_a_whole_week_is_over(home: Home) -> None:
    """1 to 22 July holds the weeks from the 6th and the 13th. Done on Sunday the 12th, and on the 20th, too late."""
    found = key_result(home, "kind: cadence, every: week, window: 2026-07-01..2026-07-22")
    got = answers(found, [date(2026, 7, day) for day in (11, 12, 18, 19, 22)], spoken(*done(12, 20)))
    assert [(each.attainment, each.n, each.status) for _, each in got] == [
        (None, 0, "too_early"),
        (1, 1, "on_track"),
        (1, 1, "on_track"),
        (Decimal("0.5"), 2, "off_track"),
        (Decimal("0.5"), 2, "closed_missed"),
    ]
