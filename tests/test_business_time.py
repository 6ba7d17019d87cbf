"""Business time: worked cases, a second computation that walks minute by minute, and laws."""

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_golden import cases

from okr_analytics.clock.business import business_seconds, due, is_open, promised_seconds
from okr_analytics.desk import Desk

MINUTE = timedelta(minutes=1)
OFFICE = {"mon-fri": "09:00-17:00"}


def desk(**said: Any) -> Desk:
    """A desk as its file says."""
    return Desk.model_validate(said)


def at(text: str) -> datetime:
    """An instant in UTC without zone."""
    return datetime.fromisoformat(text)


def seconds(desk: Desk, start: str, end: str) -> int | None:
    """Business seconds between two instants of the desk's own schedule."""
    (found,) = business_seconds(desk.schedule, instants(at(start)), instants(at(end)))
    return found.item()


def minutes(desk: Desk, start: str, end: str) -> float | None:
    """The same in minutes."""
    found = seconds(desk, start, end)
    return None if found is None else found / 60


def instants(*each: datetime | None) -> pl.Series:
    """A column of instants."""
    return pl.Series(each, dtype=pl.Datetime("us"))


def desk_of(case: dict[str, str]) -> dict[str, Any]:
    """The desk file of a golden case."""
    if not case["hours"]:
        return {}
    days, hours = case["hours"].lower().split(" ")
    holidays = {"holidays": {"dates": case["holidays"].split()}} if case["holidays"] else {}
    return {"time_zone": case["time_zone"], "hours": {days: hours}, **holidays}


@pytest.mark.parametrize("case", cases("business_time.csv"), ids=lambda case: case["case"])
def test_golden(case: dict[str, str]) -> None:
    expected = float(case["business_minutes"]) if case["business_minutes"] else None
    assert minutes(desk(**desk_of(case)), case["opened_utc"], case["ended_utc"]) == expected


MADRID = {"time_zone": "Europe/Madrid"}
NIGHT = {"mon-thu": "22:00-06:00"}


@pytest.mark.parametrize(
    ("said", "start", "end", "expected"),
    [
        # The 23-hour day: 29 March 2026 in Madrid. All day is 23 h, and 25 h on 25 October.
        ({**MADRID, "hours": {"mon-sun": "00:00-24:00"}}, "2026-03-28T23:00", "2026-03-29T22:00", 23 * 60),
        ({**MADRID, "hours": {"mon-sun": "00:00-24:00"}}, "2026-10-24T22:00", "2026-10-25T23:00", 25 * 60),
        # 02:30 does not exist on 29 March: 01:00-02:30 is the hour to 02:00, then the wall clock shows 03:00.
        ({**MADRID, "hours": {"sun": "01:00-02:30"}}, "2026-03-28T20:00", "2026-03-29T20:00", 60),
        ({**MADRID, "hours": {"sun": "02:30-04:00"}}, "2026-03-28T20:00", "2026-03-29T20:00", 60),
        # 02:00-03:00 occurs twice on 25 October: the wall clock is inside twice.
        ({**MADRID, "hours": {"sun": "02:00-03:00"}}, "2026-10-24T20:00", "2026-10-25T20:00", 120),
        # A night shift over the night on which clocks go forward: Saturday 22:00 to Sunday 06:00 is 7 h.
        ({**MADRID, "hours": {"sat": "22:00-06:00"}}, "2026-03-28T12:00", "2026-03-29T12:00", 7 * 60),
        # Cairo's midnight of 26 April 2024 does not exist; the night of Thursday to Friday loses an hour.
        ({"time_zone": "Africa/Cairo", "hours": NIGHT}, "2024-04-25T12:00", "2024-04-26T12:00", 7 * 60),
        # A holiday's own interval is gone; the one that began the evening before runs over midnight into it.
        ({"hours": NIGHT, "holidays": {"dates": ["2026-03-03"]}}, "2026-03-02T12:00", "2026-03-04T12:00", 8 * 60),
        # Split shifts: 12:00-16:00 UTC is 13:00-14:00 and 15:30-17:00 in Madrid.
        ({**MADRID, "hours": {"mon": "09:00-14:00, 15:30-18:30"}}, "2026-03-02T12:00", "2026-03-02T16:00", 150),
        # Public holidays: 2 May is Madrid's day (a Saturday in 2026), not Catalonia's; 1 May is Spain's.
        ({"country": "ES", "subdivision": "MD", "hours": {"fri,sat": "09:00-10:00"}},
         "2026-05-01T00:00", "2026-05-03T00:00", 0),
        ({"country": "ES", "subdivision": "CT", "hours": {"fri,sat": "09:00-10:00"}},
         "2026-05-01T00:00", "2026-05-03T00:00", 60),
        ({"holidays": {"country": "ES", "open": ["2026-05-01"]}, "hours": {"fri": "09:00-10:00"}},
         "2026-05-01T00:00", "2026-05-03T00:00", 60),
        # Half-open: opened at closing time, answered at opening time.
        ({"hours": OFFICE}, "2026-03-02T17:00", "2026-03-03T09:00", 0),
        ({"hours": OFFICE}, "2026-03-02T16:59:59", "2026-03-03T09:00:01", 2 / 60),
    ],
)  # fmt: skip
def test_worked_cases(said: dict[str, Any], start: str, end: str, expected: float) -> None:
    assert minutes(desk(**said), start, end) == expected


VERSIONS = {
    **MADRID,
    "hours": [
        {"valid_from": "2026-03-09", "mon-fri": "10:00-12:00"},
        {"valid_from": "2026-03-02", "mon-fri": "09:00-17:00"},
    ],
}


def test_an_edit_changes_the_time_after_it_and_never_the_past() -> None:
    """Friday 6 March 16:00 to Monday 9 March 11:00 in Madrid: an hour under the old hours, one under the new."""
    assert minutes(desk(**VERSIONS), "2026-03-06T15:00", "2026-03-09T10:00") == 120
    without = {**VERSIONS, "hours": VERSIONS["hours"][1:]}
    for start, end in (("2026-03-02T00:00", "2026-03-06T12:00"), ("2026-03-03T09:30", "2026-03-08T22:59")):
        assert seconds(desk(**VERSIONS), start, end) == seconds(desk(**without), start, end)


def test_before_the_first_block_nothing_is_known() -> None:
    """The block of 2 March begins at Madrid's midnight, 23:00 UTC the day before."""
    assert minutes(desk(**VERSIONS), "2026-03-01T22:59:59", "2026-03-03T12:00") is None
    assert minutes(desk(**VERSIONS), "2026-03-01T23:00", "2026-03-02T09:00") == 60
    assert minutes(desk(**VERSIONS), "2026-02-01T00:00", "2026-02-02T00:00") is None


def test_without_one_of_the_instants_there_is_no_business_time() -> None:
    some, none = instants(at("2026-03-02T10:00"), None), instants(None, at("2026-03-02T10:00"))
    assert business_seconds(desk(hours=OFFICE).schedule, some, none)[0].to_list() == [None, None]
    assert is_open(desk(hours=OFFICE).schedule, some).to_list() == [True, None]


def test_a_night_shift_begun_under_the_old_hours_runs_to_its_end() -> None:
    blocks = [{"mon-sun": "22:00-06:00"}, {"valid_from": "2026-03-04", "mon-fri": "09:00-17:00"}]
    assert minutes(desk(hours=blocks), "2026-03-03T12:00", "2026-03-04T12:00") == (8 + 3) * 60


def test_a_holiday_block_counts_from_its_day_on() -> None:
    """Own closed days from 2026 on; before it the country's public holidays alone."""
    said = {"hours": OFFICE, "country": "ES", "holidays": [{"valid_from": "2026-01-01", "country": "PT"}]}
    assert minutes(desk(**said), "2025-10-05T00:00", "2025-10-07T00:00") == 8 * 60  # 6 October: no holiday
    assert minutes(desk(**said), "2025-12-08T00:00", "2025-12-09T00:00") == 0  # Spain's and Portugal's
    assert minutes(desk(**said), "2025-06-10T00:00", "2025-06-11T00:00") == 8 * 60  # Portugal's, not yet
    assert minutes(desk(**said), "2026-06-10T00:00", "2026-06-11T00:00") == 0


def test_an_instant_beyond_all_calendars_is_not_known_and_costs_nothing() -> None:
    begun = time.monotonic()
    assert seconds(desk(hours=OFFICE, country="ES"), "2026-03-02T10:00", "9999-12-31T00:00") is None
    assert seconds(desk(hours=OFFICE, country="ES"), "2026-03-02T10:00", "2190-01-04T00:00") is not None
    assert time.monotonic() - begun < 5


Hours = tuple[tuple[str, str], ...]
Week = dict[str, Hours]
OFFICE_HOURS: Week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "17:30"),))
SPLIT: Week = {
    **dict.fromkeys(("mon", "tue", "thu"), (("08:15", "13:00"), ("15:00", "19:45"))),
    "sun": (("00:00", "02:30"),),
}
NIGHTS: Week = dict.fromkeys(("mon", "wed", "fri", "sat"), (("21:30", "05:15"),))
ROUND_THE_CLOCK: Week = {
    **dict.fromkeys(("fri", "sat", "sun", "mon"), (("00:00", "24:00"),)),
    "thu": (("00:30", "03:00"),),
}
DAY_WORDS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED_DAYS = {date(2024, 4, 1), date(2024, 4, 7), date(2024, 4, 26), date(2024, 9, 8), date(2024, 11, 1)}
WALK_FROM, WALK_DAYS = datetime(2024, 3, 1), 260


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.soak)])
@pytest.mark.parametrize(
    ("zone", "week"),
    [
        ("Europe/Madrid", SPLIT),
        ("America/New_York", OFFICE_HOURS),
        ("Africa/Cairo", NIGHTS),
        ("Australia/Lord_Howe", ROUND_THE_CLOCK),
        ("Asia/Kolkata", SPLIT),
        ("America/Santiago", NIGHTS),
    ],
)
def test_it_agrees_with_walking_minute_by_minute(zone: str, week: Week, step: int) -> None:
    """Each fifth minute of 260 days is asked of the wall clock, on which all intervals and all changes of clocks fall;
    then the open ones between 3,000 random pairs are counted. `make soak` asks each minute."""
    stride = step * MINUTE
    flags = [_is_open(WALK_FROM + number * stride, ZoneInfo(zone), week) for number in range(WALK_DAYS * 1440 // step)]
    before = [0, *accumulate(flags)]
    rng = np.random.default_rng(11)
    pairs = [sorted(map(int, rng.integers(0, len(flags), 2))) for _ in range(3000)]
    said = {day: ", ".join(f"{begin}-{end}" for begin, end in hours) for day, hours in week.items()}
    schedule = desk(time_zone=zone, hours=said, holidays={"dates": sorted(map(str, CLOSED_DAYS))}).schedule
    starts, ends = (instants(*(WALK_FROM + pair[place] * stride for pair in pairs)) for place in (0, 1))
    expected = [(before[end] - before[start]) * step * 60 for start, end in pairs]
    assert business_seconds(schedule, starts, ends)[0].to_list() == expected
    assert is_open(schedule, starts).to_list() == [flags[start] for start, _ in pairs]


def _is_open(minute: datetime, zone: ZoneInfo, week: Week) -> bool:
    """Whether the wall clock then stands inside an interval of its day, or of the evening before."""
    wall = minute.replace(tzinfo=UTC).astimezone(zone)
    clock, today = f"{wall.hour:02}:{wall.minute:02}", wall.date()
    yesterday = today - timedelta(days=1)
    in_today = any(begin <= clock and (clock < end or end <= begin) for begin, end in _hours(week, today))
    return in_today or any(end <= begin and clock < end for begin, end in _hours(week, yesterday))


def _hours(week: Week, day: date) -> Hours:
    return () if day in CLOSED_DAYS else week.get(DAY_WORDS[day.weekday()], ())


DESKS = [
    desk(time_zone="Europe/Madrid", country="ES", subdivision="MD", hours={"mon-fri": "08:00-14:00, 16:00-19:30"}),
    desk(time_zone="Africa/Cairo", hours={"sun-thu": "20:00-04:00"}),
    desk(time_zone="Australia/Lord_Howe", hours=[OFFICE, {"valid_from": "2026-02-10", "mon-sun": "00:00-24:00"}]),
    desk(time_zone="America/New_York", country="US", hours={"sat,sun": "01:30-02:30"}),
]  # fmt: skip
INSTANTS = st.datetimes(datetime(2019, 1, 1), datetime(2031, 1, 1))
SECONDS = INSTANTS.map(lambda instant: instant.replace(microsecond=0))


def one(found: Sequence[pl.Series]) -> Any:
    """The single value of a single column."""
    return found[0].item()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(DESKS), st.lists(SECONDS, min_size=3, max_size=3))
def test_two_parts_add_to_the_whole(desk: Desk, three: list[datetime]) -> None:
    first, middle, last = map(instants, sorted(three))
    parts = [one(business_seconds(desk.schedule, *pair)) for pair in ((first, middle), (middle, last))]
    assert sum(parts) == one(business_seconds(desk.schedule, first, last))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(DESKS), INSTANTS, INSTANTS)
def test_business_time_lies_between_nothing_and_calendar_time(desk: Desk, one_end: datetime, other: datetime) -> None:
    start, end = map(instants, sorted((one_end, other)))
    calendar = promised_seconds(desk.schedule, start, end, "calendar").item()
    assert 0 <= one(business_seconds(desk.schedule, start, end)) <= calendar


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(DESKS), SECONDS, st.integers(1, 400 * 3600))
def test_due_is_the_first_instant_at_which_the_promised_time_is_over(desk: Desk, start: datetime, asked: int) -> None:
    begun, schedule = instants(start), desk.schedule
    falls_due = due(schedule, begun, asked, "business")
    assert promised_seconds(schedule, begun, falls_due, "business").item() == asked
    a_second_before = falls_due - timedelta(seconds=1)
    assert promised_seconds(schedule, begun, a_second_before, "business").item() == asked - 1


@pytest.mark.parametrize(
    ("said", "start", "asked", "clock", "expected"),
    [
        # Friday 16:00, four hours of 9-17: Monday 12:00.
        ({"hours": OFFICE}, "2026-03-06T16:00", 4, "business", "2026-03-09T12:00"),
        # Exactly at closing time, not at the next opening.
        ({"hours": OFFICE}, "2026-03-06T16:00", 1, "business", "2026-03-06T17:00"),
        # Opened on Saturday: the clock begins on Monday at 9.
        ({"hours": OFFICE}, "2026-03-07T12:00", 1, "business", "2026-03-09T10:00"),
        # Madrid over the night of 29 March: Friday 16:00 is 15:00 UTC, Monday 12:00 is 10:00 UTC.
        ({**MADRID, "hours": OFFICE}, "2026-03-27T15:00", 4, "business", "2026-03-30T10:00"),
        ({**MADRID, "hours": OFFICE}, "2026-03-27T15:00", 72, "calendar", "2026-03-30T15:00"),
        # 400 hours of a desk that is open two hours a week: 200 Sundays later.
        ({"hours": {"sun": "10:00-12:00"}}, "2026-01-03T00:00", 400, "business", "2029-10-28T12:00"),
        ({}, "2026-03-06T16:00", 4, "business", None),
        ({}, "2026-03-06T16:00", 4, "calendar", "2026-03-06T20:00"),
        (VERSIONS, "2026-02-06T16:00", 4, "business", None),
    ],
)
def test_when_a_promise_falls_due(
    said: dict[str, Any], start: str, asked: int, clock: Any, expected: str | None
) -> None:
    found = due(desk(**said).schedule, instants(at(start)), asked * 3600, clock)
    assert found.to_list() == [expected and at(expected)]


def test_a_later_edit_moves_no_promise() -> None:
    """Friday 6 March 16:00 in Madrid, four hours of 9-17, whatever is valid on Monday: Monday 12:00 (11:00 UTC)."""
    begun = instants(at("2026-03-06T15:00"))
    assert due(desk(**VERSIONS).schedule, begun, 4 * 3600, "business").to_list() == [at("2026-03-09T11:00")]
    closed = {**VERSIONS, "hours": OFFICE, "holidays": [{"valid_from": "2026-03-09", "dates": ["2026-03-09"]}]}
    assert due(desk(**closed).schedule, begun, 4 * 3600, "business").to_list() == [at("2026-03-09T11:00")]
    taken = promised_seconds(desk(**VERSIONS).schedule, begun, instants(at("2026-03-09T11:00")), "business")
    assert taken.to_list() == [4 * 3600]


def test_teams_and_sources_have_schedules_of_their_own() -> None:
    said = desk(
        time_zone="Europe/Madrid",
        country="ES",
        hours=OFFICE,
        teams={"Night desk": {"hours": NIGHT}, "Lisbon": {"time_zone": "Europe/Lisbon", "country": "PT"}},
        sources={"sf311": {"country": "US", "hours": {"mon-fri": "08:00-17:00"}}},
    )  # fmt: skip
    night, lisbon = said.schedule_of("a", "Night desk", None), said.schedule_of("sf311", "Lisbon", "Europe/Rome")
    assert night is not None
    assert lisbon is not None
    assert (night.time_zone, night.closures) == ("Europe/Madrid", said.closures)
    assert (lisbon.time_zone, lisbon.hours, lisbon.closures[0].country) == ("Europe/Lisbon", said.hours, "PT")
    far = said.schedule_of("sf311", "x", "America/Los_Angeles")
    assert far is not None
    assert (far.time_zone, far.closures[0].country) == ("America/Los_Angeles", "US")
    assert said.schedule_of("other", "x", "America/Los_Angeles") is None
    assert said.schedule_of("other", "x", "Europe/Madrid") == said.schedule == said.schedule_of("other", "x", None)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, [True] * 7),
        ({"hours": OFFICE}, [True] * 5 + [False] * 2),
        ({"hours": OFFICE, "holidays": {"dates": ["2026-03-04"]}}, [True, True, False, True, True, False, False]),
        # From Wednesday on; nothing is known of Monday and Tuesday.
        ({"hours": [{"valid_from": "2026-03-04", "thu": "09:00-17:00"}]}, [True, True, False, True] + [False] * 3),
        # Friday's night shift makes Saturday a business day; Monday holds the end of Sunday's no shift.
        ({"hours": {"fri": "22:00-06:00"}}, [False] * 4 + [True, True, False]),
        # It ends at midnight: Saturday has no open minute.
        ({"hours": {"fri": "22:00-24:00"}}, [False] * 4 + [True, False, False]),
        # A night that began the evening before still runs into the holiday.
        ({"hours": {"mon-thu": "22:00-06:00"}, "holidays": {"dates": ["2026-03-03"]}},
         [True, True, True, True, True, False, False]),
    ],
)  # fmt: skip
def test_business_days_from_monday_2_march_2026(said: dict[str, Any], expected: list[bool]) -> None:
    assert desk(**said).business_days(date(2026, 3, 2), date(2026, 3, 8)) == expected
    assert [desk(**said).is_business_day(date(2026, 3, day)) for day in range(2, 9)] == expected


def test_hours_that_clocks_skip_make_no_business_day() -> None:
    """02:00-03:00 on Sundays: on 29 March 2026 that hour does not exist in Madrid."""
    skipped = desk(**MADRID, hours={"sun": "02:00-03:00"})
    assert [skipped.is_business_day(date(2026, 3, day)) for day in (22, 29)] == [True, False]


def test_business_days_between_leave_out_the_first_day_and_hold_the_last() -> None:
    office = desk(hours=OFFICE)
    assert office.business_days_between(date(2026, 3, 5), date(2026, 3, 9)) == 2  # Friday and Monday
    assert desk().business_days_between(date(2026, 3, 5), date(2026, 3, 9)) == 4
