"""Business time and SLA of tickets, the whole way from an export to core.tickets, by hand-calculated cases."""

from datetime import date, datetime

import pytest
from conftest import ask, build, csv, land, new_home, put, ticket
from test_business_time import desk_of
from test_golden import cases
from yaml import safe_dump

from okr_analytics.home import Home

DESK = """\
time_zone: Europe/Madrid
hours: {mon-fri: 09:00-17:00}
sla:
  clock: business
  first_response: {urgent: 1 h calendar, high: 4 h, default: 8 h}
  resolution: {urgent: 8 h, default: 3 d calendar}
teams:
  night: {hours: {mon-sun: 22:00-06:00}}
"""
ELSEWHERE = """\
title: San Francisco
kind: tickets
desk_time_zone: America/Los_Angeles
optional: [all]
columns: {ticket_id: ticket_id, opened_at: opened_at, first_response_at: first_response_at, team: team}
"""
FRIDAY = "2026-03-06T15:00:00Z"  # 16:00 in Madrid


def load(home: Home, *rows: dict[str, object], desk: str = DESK) -> None:
    """Land these rows as one canonical export."""
    put(home, "desk.yaml", desk)
    put(home, "exports/canonical/t.csv", csv(*rows))
    assert land(home) == {}


def columns(home: Home, *names: str) -> list[tuple[object, ...]]:
    """These columns of every ticket."""
    return ask(home, f"select {', '.join(names)} from core.tickets order by source, ticket_id")


@pytest.mark.parametrize("case", cases("business_time.csv"), ids=lambda case: case["case"])
def test_golden(home: Home, case: dict[str, str]) -> None:
    """Each case as a ticket, answered, solved and never reopened at the end of the time."""
    put(home, "desk.yaml", safe_dump(desk_of(case)))
    end = dict.fromkeys(("first_response_at", "resolved_at"), case["ended_utc"])
    row = ticket(status="solved", opened_at=case["opened_utc"], reopen_count=0, **end)
    put(home, "exports/canonical/t.csv", csv(row))
    assert land(home) == {}
    expected = int(float(case["business_minutes"]) * 60) if case["business_minutes"] else None
    names = (f"{name}_business_seconds" for name in ("first_response", "first_resolution", "full_resolution"))
    assert columns(home, *names) == [(expected,) * 3]


def test_a_solve_of_a_history_has_business_seconds_of_its_teams_schedule(home: Home) -> None:
    """Opened Monday 21:00, solved Tuesday 01:00 UTC: in Madrid 22:00 to 02:00, four hours of the night shift."""
    history = [
        {"ticket_id": "1", "opened_at": "2026-03-02T21:00:00Z", "team": "night", "status": status, "event_at": at}
        for status, at in (("open", "2026-03-02T21:00:00Z"), ("solved", "2026-03-03T01:00:00Z"))
    ]
    put(home, "desk.yaml", DESK)
    put(home, "exports/canonical_events/log.csv", csv(*history))
    assert land(home) == {}
    assert ask(home, "select calendar_seconds, business_seconds from core.status_changes") == [(14400, 14400)]
    assert columns(home, "full_resolution_business_seconds") == [(14400,)]


def test_a_source_elsewhere_has_no_business_time_until_the_desk_file_names_it(home: Home) -> None:
    """Opened at 8:00, answered at 10:00 in San Francisco, which opens at 9."""
    put(home, "sources/sf.yaml", ELSEWHERE)
    row = ticket(opened_at="2026-03-02T16:00:00Z", first_response_at="2026-03-02T18:00:00Z")
    put(home, "exports/sf/t.csv", csv(row, {**row, "ticket_id": "2", "team": "night"}))
    load(home, ticket(opened_at="2026-03-02T15:00:00Z", first_response_at="2026-03-02T18:00:00Z"))
    names = ("source", "first_response_business_seconds", "opened_out_of_hours", "opened_hour")
    # Two hours of the day are no hours of the night team, which works in Madrid.
    assert columns(home, *names) == [("canonical", 3600, False, 16), ("sf", None, None, 8), ("sf", 0, True, 8)]
    put(home, "desk.yaml", DESK + "sources:\n  sf: {hours: {mon-fri: 09:00-17:00}}\n")
    land(home)
    assert columns(home, *names)[1] == ("sf", 3600, True, 8)


def test_an_opening_is_out_of_hours_by_the_desks_wall_clock(home: Home) -> None:
    """9:00 in Madrid is 08:00 UTC in winter and 07:00 UTC in summer; 17:00 is closed."""
    opened = ("2026-03-27T07:59:59Z", "2026-03-27T08:00:00Z", "2026-03-30T07:00:00Z", "2026-03-30T15:00:00Z")
    load(home, *(ticket(str(number), opened_at=each) for number, each in enumerate(opened)))
    assert columns(home, "opened_out_of_hours", "opened_hour") == [(True, 8), (False, 9), (False, 9), (True, 17)]


ANSWERS = [
    # 4 h of 9-17 from Friday 16:00: Monday 12:00, exactly met and a second late.
    ("high", FRIDAY, "2026-03-09T11:00:00Z", "2026-03-09T11:00", True),
    ("high", FRIDAY, "2026-03-09T11:00:01Z", "2026-03-09T11:00", False),
    ("high", FRIDAY, None, "2026-03-09T11:00", None),
    # A calendar hour runs on at night and over the weekend.
    ("urgent", FRIDAY, "2026-03-06T16:00:00Z", "2026-03-06T16:00", True),
    ("urgent", FRIDAY, "2026-03-06T16:00:01Z", "2026-03-06T16:00", False),
    # No target for low or for none: the default of 8 h, which is Monday 16:00.
    ("low", FRIDAY, "2026-03-09T15:00:00Z", "2026-03-09T15:00", True),
    (None, FRIDAY, "2026-03-09T15:00:01Z", "2026-03-09T15:00", False),
    # Clocks go forward between Friday 27 and Monday 30 March: Monday 12:00 is 10:00 UTC.
    ("high", "2026-03-27T15:00:00Z", "2026-03-30T10:00:00Z", "2026-03-30T10:00", True),
    # Due at closing time: an answer in the night after took no more open time.
    ("low", "2026-03-02T08:00:00Z", "2026-03-02T22:00:00Z", "2026-03-02T16:00", True),
]
SOLVES: list[tuple[dict[str, object], object]] = [
    # Three calendar days from Friday 16:00 are Monday 16:00 in Madrid, 15:00 UTC.
    ({"status": "solved", "resolved_at": "2026-03-09T15:00:00Z", "reopen_count": 0}, True),
    ({"status": "solved", "resolved_at": "2026-03-09T15:00:01Z", "reopen_count": 0}, False),
    # Nothing known of reopenings: the last solve stands in.
    ({"status": "solved", "resolved_at": "2026-03-09T15:00:00Z"}, True),
    # Reopened, and the first solve is known: that one counts, whatever came after.
    ({"status": "solved", "first_resolved_at": "2026-03-07T15:00:00Z", "resolved_at": "2026-03-20T15:00:00Z",
      "reopen_count": 1, "reopened_at": "2026-03-19T15:00:00Z"}, True),
    # Reopened, and the first solve is not known: nobody can say.
    ({"status": "solved", "resolved_at": "2026-03-09T15:00:00Z", "reopen_count": 2}, None),
    ({"status": "open"}, None),
]  # fmt: skip
REOPENINGS: list[tuple[dict[str, object], object]] = [
    ({"reopen_count": 0}, False),
    ({}, None),
    ({"reopen_count": 1, "reopened_at": "2026-03-10T10:00:00Z"}, True),
    ({"reopen_count": 1, "reopened_at": "2026-03-10T10:00:01Z"}, False),
    # Three times: the last one within a week proves that the first one was.
    ({"reopen_count": 3, "reopened_at": "2026-03-10T10:00:00Z"}, True),
    ({"reopen_count": 3, "reopened_at": "2026-03-11T10:00:00Z"}, None),
    ({"reopen_count": 1}, None),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Each answer, solve and reopening as a ticket of its own: answer 0, answer 1, ..."""
    home = new_home(tmp_path_factory.mktemp("judged"))
    solve = {"status": "solved", "first_resolved_at": "2026-03-03T10:00:00Z", "resolved_at": "2026-03-15T10:00:00Z"}
    load(
        home,
        *(
            ticket(f"answer {number}", opened_at=opened, first_response_at=answered, priority=priority)
            for number, (priority, opened, answered, *_) in enumerate(ANSWERS)
        ),
        *(ticket(f"solve {number}", opened_at=FRIDAY, **row) for number, (row, _) in enumerate(SOLVES)),
        *(ticket(f"reopening {number}", **solve, **row) for number, (row, _) in enumerate(REOPENINGS)),
    )
    return home


def of_ticket(home: Home, ticket_id: str, columns: str) -> list[tuple[object, ...]]:
    """These columns of one ticket."""
    return ask(home, f"select {columns} from core.tickets where ticket_id = '{ticket_id}'")


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_a_first_response_is_in_time_or_late(judged: Home, number: int) -> None:
    *_, due_at, is_met = ANSWERS[number]
    due = datetime.fromisoformat(str(due_at))
    names = "first_response_due_at, first_response_due_date, first_response_sla_met"
    assert of_ticket(judged, f"answer {number}", names) == [(due, due.date(), is_met)]


@pytest.mark.parametrize("number", range(len(SOLVES)))
def test_a_solve_is_in_time_or_late(judged: Home, number: int) -> None:
    expected = (datetime(2026, 3, 9, 15), date(2026, 3, 9), SOLVES[number][1])
    names = "resolution_due_at, resolution_due_date, resolution_sla_met"
    assert of_ticket(judged, f"solve {number}", names) == [expected]


@pytest.mark.parametrize("number", range(len(REOPENINGS)))
def test_a_reopening_within_seven_days_of_the_first_solve(judged: Home, number: int) -> None:
    got = of_ticket(judged, f"reopening {number}", "is_reopened_within_7_days")
    assert got == [(REOPENINGS[number][1],)]


def test_an_edit_after_the_opening_moves_no_promise_but_the_time_itself(home: Home) -> None:
    """From Monday on the desk works 14-16. Promised was Monday 12:00; an answer at 11:00 is in time, and took 1 h."""
    edited = DESK.replace(
        "{mon-fri: 09:00-17:00}\n", "[{mon-fri: 09:00-17:00}, {valid_from: 2026-03-09, mon-fri: 14:00-16:00}]\n"
    )
    load(home, ticket(opened_at=FRIDAY, first_response_at="2026-03-09T10:00:00Z", priority="high"), desk=edited)
    names = ("first_response_due_at", "first_response_sla_met", "first_response_business_seconds")
    assert columns(home, *names) == [(datetime(2026, 3, 9, 11), True, 3600)]


def test_a_target_is_that_of_the_local_day_of_opening(home: Home) -> None:
    """The promise of one hour begins on 3 March, at Madrid's midnight."""
    desk = "time_zone: Europe/Madrid\nsla:\n- valid_from: 2026-03-03\n  first_response: {default: 1 h calendar}\n"
    opened = ("2026-03-02T22:59:59Z", "2026-03-02T23:00:00Z")
    load(home, *(ticket(str(number), opened_at=each) for number, each in enumerate(opened)), desk=desk)
    assert columns(home, "first_response_due_at") == [(None,), (datetime(2026, 3, 3),)]
    assert columns(home, "resolution_due_at", "resolution_sla_met") == [(None, None)] * 2


def test_a_business_target_without_hours_is_not_due_on_any_day_and_a_calendar_one_is(home: Home) -> None:
    desk = "sla: {first_response: {default: 1 h business}, resolution: {default: 1 h calendar}}\n"
    load(home, ticket(opened_at="2026-03-02T10:00:00Z", first_response_at="2026-03-02T10:00:00Z"), desk=desk)
    names = ("first_response_due_at", "first_response_sla_met", "resolution_due_at")
    assert columns(home, *names) == [(None, None, datetime(2026, 3, 2, 11))]


def test_a_ticket_that_was_solved_at_no_known_instant_is_counted(home: Home) -> None:
    load(home, ticket("1", status="solved"), ticket("2", status="closed"), ticket("3"))
    assert ask(home, "select nulled_column, reason, nulled_count from core.nulled_values") == [
        ("resolved_at", "solved without an instant", 2)
    ]
    assert columns(home, "resolved_at") == [(None,)] * 3


def test_per_business_day_leaves_out_what_the_desk_file_leaves_out(home: Home) -> None:
    """Opened on Monday and, as the last one, on Sunday 8 March: two tickets in five business days."""
    put(home, "desk.yaml", DESK)
    opened = (ticket("1", opened_at="2026-03-02T10:00:00Z"), ticket("2", opened_at="2026-03-08T10:00:00Z"))
    put(home, "exports/canonical/t.csv", csv(*opened))
    assert build(home, "kpi.results", kpis=["tickets_opened_per_business_day"], is_checked=True) == {}
    found = ask(home, "select value from kpi.results where kpi_id = 'tickets_opened_per_business_day' "
        "and grain = 'week' and dimension = 'all' and period_start = date '2026-03-02'")  # fmt: skip
    assert found == [(0.4,)]
