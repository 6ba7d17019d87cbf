"""Which target applied when: a changed one applies from its effective date, by default the day it was first read."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from conftest import put
from nights import desk_of
from scored_by_hand import Q3, answer, facts, key_result

from okr_analytics.explain.definition import read_definition
from okr_analytics.home import Home
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.targets import Target
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.keeping.target_versions import target_versions, targets_over_time
from okr_analytics.okr.keeping.versions import KEY_RESULTS, load_key_results, withdraw
from okr_analytics.okr.scoring.attainment import Aim, answers
from okr_analytics.warehouse.engine import Engine

ALWAYS, ONE = date.min, Decimal(1)
JUNE, AUGUST, SEPTEMBER = datetime(2026, 6, 25, 4, 15), datetime(2026, 8, 20, 4, 15), datetime(2026, 9, 10, 4, 15)
AIM = "kind: reach, kpi: answered_share, target: {}%"
Read = Callable[[datetime, str], None]


def aim(since: date, share: str, required: Decimal = ONE) -> Aim:
    """At least that share, from a day on."""
    return Aim(since, Target("absolute", Decimal(share)), required)


def aims(history: History, zone: str) -> dict[str, list[Aim]]:
    """The targets over time, as scoring reads them from okr.target_versions."""
    engine = Engine.scratch()
    engine.run("create schema okr")
    engine.create("okr.target_versions", target_versions(history, zone))
    return targets_over_time(engine)


def rows(history: History, zone: str = "UTC") -> list[tuple[object, ...]]:
    """okr.target_versions without the key result: first and last day, kind, amount, until, required, version, known."""
    return target_versions(history, zone).drop("kr_id").rows()


@pytest.fixture
def history(home: Home) -> History:
    """What the runs of this home kept."""
    return History(home)


@pytest.fixture
def read(home: Home, history: History) -> Read:
    """A run at an instant (UTC) that finds one key result like this."""

    def run(at: datetime, more: str) -> None:
        key_result(home, more)
        load_key_results(history, read_definitions(home).scored, at)
        history.commit()

    return run


def test_a_target_that_never_changed_applies_always(history: History, read: Read) -> None:
    read(JUNE, AIM.format(80))
    read(AUGUST, AIM.format(80))
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8")]}


@pytest.mark.parametrize(
    ("at", "zone", "since"),
    [
        (datetime(2026, 8, 20, 4, 15), "UTC", date(2026, 8, 20)),
        (datetime(2026, 8, 20, 23, 30), "UTC", date(2026, 8, 20)),
        (datetime(2026, 8, 20, 23, 30), "Europe/Madrid", date(2026, 8, 21)),
        (datetime(2026, 8, 20, 3, 0), "America/New_York", date(2026, 8, 19)),
    ],
)
def test_a_changed_target_applies_from_the_desks_day_on_which_it_was_first_read(
    history: History, read: Read, at: datetime, zone: str, since: date
) -> None:
    read(JUNE, AIM.format(80))
    read(at, AIM.format(90))
    read(SEPTEMBER, AIM.format(90))
    assert aims(history, zone) == {"k": [aim(ALWAYS, "0.8"), aim(since, "0.9")]}


@pytest.mark.parametrize("day", [date(2026, 7, 10), date(2026, 9, 20)])
def test_an_effective_date_may_lie_before_or_after_the_reading(history: History, read: Read, day: date) -> None:
    read(JUNE, AIM.format(80))
    read(AUGUST, f"{AIM.format(90)}, effective_from: {day}")
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8"), aim(day, "0.9")]}


def test_the_first_target_applies_always_whatever_its_date(history: History, read: Read) -> None:
    """There is no other that could have applied before."""
    for day in (25, 26):
        read(AUGUST, f"{AIM.format(80)}, effective_from: 2026-08-{day}")
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8")]}


def test_two_changes_apply_one_after_the_other(history: History, read: Read) -> None:
    """Also where the second goes back to the first."""
    for at, percent in ((JUNE, 80), (AUGUST, 90), (SEPTEMBER, 80)):
        read(at, AIM.format(percent))
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8"), aim(AUGUST.date(), "0.9"), aim(SEPTEMBER.date(), "0.8")]}


@pytest.mark.parametrize("corrected", [date(2026, 8, 1), date(2026, 9, 1)])
def test_a_corrected_effective_date_takes_the_place_of_the_first(history: History, read: Read, corrected: date) -> None:
    """15 August was meant to be another day; when the date is taken out of the file later, nothing moves."""
    read(JUNE, AIM.format(80))
    read(AUGUST, f"{AIM.format(90)}, effective_from: 2026-08-15")
    read(SEPTEMBER, f"{AIM.format(90)}, effective_from: {corrected}")
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8"), aim(corrected, "0.9")]}
    read(datetime(2026, 9, 20, 4, 15), AIM.format(90))
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8"), aim(corrected, "0.9")]}


@pytest.mark.parametrize(
    "redefined",
    [
        AIM.format(60).replace("answered_share", "documented_share"),
        AIM.format(60) + ", where: {channel: email}",
        AIM.format(60) + ", over: month",
        AIM.format(60).replace("reach", "maintain"),
    ],
)
def test_a_redefinition_starts_anew(history: History, read: Read, redefined: str) -> None:
    """What was aimed at by another number says nothing about this one; what changes after it does."""
    read(JUNE, AIM.format(80))
    read(AUGUST, redefined)
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.6")]}
    read(SEPTEMBER, redefined.replace("60%", "70%"))
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.6"), aim(SEPTEMBER.date(), "0.7")]}


def test_a_changed_text_weight_or_window_changes_no_target(history: History, read: Read) -> None:
    read(JUNE, AIM.format(80))
    read(AUGUST, AIM.format(80) + ", owner: Ana, weight: 3, window: 2026-07-01..2026-08-31")
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8")]}


def test_what_is_taken_out_and_put_back_keeps_its_targets(home: Home, history: History, read: Read) -> None:
    read(JUNE, AIM.format(80))
    put(home, "okrs/o.yaml", "objectives: []")
    withdraw(history, KEY_RESULTS, (), AUGUST, AUGUST.date())
    history.commit()
    read(SEPTEMBER, AIM.format(90))
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8"), aim(SEPTEMBER.date(), "0.9")]}


def test_the_share_that_is_required_is_part_of_the_target(history: History, read: Read) -> None:
    kept = AIM.format(80).replace("reach", "maintain")
    read(JUNE, kept)
    read(AUGUST, f"{kept}, required: 90%")
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8"), aim(AUGUST.date(), "0.8", Decimal("0.9"))]}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "kpi: handle_time_median, within: [5 min, 15 min]",
            "kpi: handle_time_median, within: [5 min, 20 min]",
            [Target("within", Decimal(300), Decimal(900)), Target("within", Decimal(300), Decimal(1200))],
        ),
        (
            "kpi: answered_share",
            "kpi: answered_share, target: 80%",
            [None, Target("absolute", Decimal("0.8"))],
        ),
    ],
)
def test_ranges_and_drafts_change_like_targets(
    history: History, read: Read, before: str, after: str, expected: list[Target | None]
) -> None:
    read(JUNE, f"kind: reach, {before}")
    read(AUGUST, f"kind: reach, {after}")
    ((first, then),) = aims(history, "UTC").values()
    assert [first, then] == [Aim(ALWAYS, expected[0], ONE), Aim(AUGUST.date(), expected[1], ONE)]


def test_the_parts_of_an_all_of_have_targets_of_their_own(history: History, read: Read) -> None:
    both = "kind: all_of, parts: [{{id: a, {}}}, {{id: b, kind: cadence, every: week}}]"
    read(JUNE, both.format(AIM.format(80)))
    read(AUGUST, both.format(AIM.format(90)))
    assert aims(history, "UTC") == {
        "k": [Aim(ALWAYS, None, ONE)],
        "k.a": [aim(ALWAYS, "0.8"), aim(AUGUST.date(), "0.9")],
        "k.b": [Aim(ALWAYS, None, ONE)],
    }


def test_each_target_has_its_days_and_the_version_that_says_so(history: History, read: Read) -> None:
    """Both days are inclusive; the first has no first day, the newest no last one."""
    read(JUNE, AIM.format(80))
    read(AUGUST, AIM.format(90))
    read(SEPTEMBER, "kind: reach, kpi: answered_share, within: [70%, 85%]")
    assert rows(history) == [
        (None, date(2026, 8, 19), "absolute", 0.8, None, 1.0, 1, JUNE),
        (date(2026, 8, 20), date(2026, 9, 9), "absolute", 0.9, None, 1.0, 2, AUGUST),
        (date(2026, 9, 10), None, "within", 0.7, 0.85, 1.0, 3, SEPTEMBER),
    ]


def test_a_target_that_is_read_later_and_applies_earlier_takes_the_place_of_the_other(
    history: History, read: Read
) -> None:
    """20 August was to bring 70 %; from the 18th on it is 90 %, so 70 % applies on no day."""
    read(JUNE, AIM.format(80))
    read(AUGUST, AIM.format(70))
    read(SEPTEMBER, f"{AIM.format(90)}, effective_from: 2026-08-18")
    assert rows(history) == [
        (None, date(2026, 8, 17), "absolute", 0.8, None, 1.0, 1, JUNE),
        (date(2026, 8, 18), None, "absolute", 0.9, None, 1.0, 3, SEPTEMBER),
    ]


def test_two_targets_of_one_day_are_the_one_that_was_read_last(history: History, read: Read) -> None:
    read(JUNE, AIM.format(80))
    read(AUGUST, AIM.format(70))
    read(AUGUST.replace(hour=6), AIM.format(90))
    assert aims(history, "UTC") == {"k": [aim(ALWAYS, "0.8"), aim(AUGUST.date(), "0.9")]}


def test_signed_targets_and_drafts_are_told_as_written(history: History, read: Read) -> None:
    read(JUNE, "kpi: first_response_calendar_median, baseline: 2 h")
    read(AUGUST, "kpi: first_response_calendar_median, baseline: 2 h, target: -33.3%")
    assert [row[2:6] for row in rows(history)] == [(None, None, None, 1.0), ("relative", -0.333, None, 1.0)]


@pytest.mark.parametrize(
    ("zone", "at", "utc_day", "first_day"),
    [
        # 08:00 on the 21st in Auckland, twelve hours ahead in August
        ("Pacific/Auckland", datetime(2026, 8, 20, 20, 0), date(2026, 8, 20), date(2026, 8, 21)),
        # 20:00 on the 19th in Los Angeles, seven hours behind
        ("America/Los_Angeles", datetime(2026, 8, 20, 3, 0), date(2026, 8, 20), date(2026, 8, 19)),
    ],
)
def test_far_from_utc_scoring_and_explaining_go_by_the_desks_day(
    home: Home, zone: str, at: datetime, utc_day: date, first_day: date
) -> None:
    """90 % are answered on every day: 80 % are met, 95 % are not; they apply from the desk's day, not from UTC's."""
    desk = desk_of(home)
    put(home, "desk.yaml", f"time_zone: {zone}\n")
    desk.run(date(2026, 8, 18), at=datetime(2026, 8, 19, 1, 0))
    desk.rewrite("target: 80%", "target: 95%")
    day = date(2026, 8, 24)
    desk.run(day, at=at)
    assert History(home).rows(KEY_RESULTS.name, KEY_RESULTS.kept)["version"].max() == 2
    scored = dict(desk.ask(day, "select as_of_date, attainment from okr.latest where kr_id = 'answered'"))
    desk.stage.put("kpi.catalogue", read_catalogue(home).rows())
    explained = read_definition(desk.stage.engine, "answered")
    assert utc_day != first_day
    for day in (date(2026, 8, number) for number in range(18, 25)):
        expected = Decimal("0.95") if day >= first_day else Decimal("0.8")
        assert explained.aim(day).target == Target("absolute", expected)
        assert scored[day] == (0 if day >= first_day else 1)


@pytest.fixture
def found(home: Home) -> KeyResult:
    """What the file says now: 90 %."""
    return key_result(home, AIM.format(90))


@pytest.mark.parametrize(
    ("applied", "expected"),
    [
        ([], {17: 0, 20: 0, 25: 0}),
        ([aim(ALWAYS, "0.8")], {17: 1, 20: 1, 25: 1}),
        ([aim(ALWAYS, "0.8"), aim(date(2026, 8, 20), "0.9")], {17: 1, 19: 1, 20: 0, 25: 0}),
        (
            [aim(ALWAYS, "0.8"), aim(date(2026, 8, 20), "0.9"), aim(date(2026, 8, 25), "0.7")],
            {19: 1, 20: 0, 24: 0, 25: 1},
        ),
        # read last, and meant from an earlier day on: it applies there, too
        ([aim(ALWAYS, "0.8"), aim(date(2026, 8, 20), "0.7"), aim(date(2026, 8, 18), "0.9")], {17: 1, 18: 0, 22: 0}),
        # the first applies also where it says a later day
        ([aim(date(2026, 8, 20), "0.9")], {17: 0}),
    ],
)
def test_each_day_is_scored_by_the_target_that_applied(
    found: KeyResult, applied: list[Aim], expected: dict[int, int]
) -> None:
    """85 % on every day of August."""
    days = [date(2026, 8, number) for number in expected]
    got = answers(found, days, facts(found, "85%"), applied)
    assert [each.attainment for _, each in got] == list(expected.values())


def test_days_before_there_was_a_target_are_drafts(found: KeyResult) -> None:
    """Also before the window, and on its last day; the target applies from 20 August."""
    applied = [Aim(ALWAYS, None, ONE), aim(date(2026, 8, 20), "0.9")]
    days = [date(2026, 6, 30), date(2026, 8, 19), date(2026, 8, 20)]
    got = [each for _, each in answers(found, days, facts(found, "85%"), applied)]
    assert [(each.status, each.expected, each.attainment) for each in got] == [
        ("draft", None, None), ("draft", None, None), ("off_track", 1, 0),
    ]  # fmt: skip
    ((_, last),) = answers(found, [Q3.last], facts(found, "85%"), applied[:1])
    assert (last.status, answer(found, Q3.last, facts(found, "85%")).status) == ("draft", "closed_missed")
