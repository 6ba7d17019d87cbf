"""A helpdesk's own figures beside ours: by hand, what differs, by how much, and why.

Times are those of the desk's office hours 9-17 from Monday 2 March 2026 on, unless a case says otherwise.
"""

from datetime import date
from pathlib import Path
from typing import Any

from conftest import ask, build, csv, put, ticket
from incremental_vs_full import Twins

from okr_analytics.home import Home

PROFILE = """\
title: A helpdesk that counts for itself
kind: tickets
instants: {{time_zone: {zone}}}
columns:
  ticket_id: id
  status: status
  opened_at: created
  first_response_at: answered
  first_resolved_at: first solved
  resolved_at: solved
  reopen_count: reopens
  source_first_response_calendar_seconds: to answer
  source_first_response_business_seconds: to answer in hours
  source_first_resolution_calendar_seconds: to first solve
  source_full_resolution_calendar_seconds: to solve
  source_full_resolution_business_seconds: to solve in hours
units:
  source_first_response_calendar_seconds: {unit}
  source_first_response_business_seconds: {unit}
  source_first_resolution_calendar_seconds: {unit}
  source_full_resolution_calendar_seconds: {unit}
  source_full_resolution_business_seconds: {unit}
optional: all
"""
DESK = "time_zone: {zone}\nhours: {{mon-fri: 09:00-17:00}}\n"
COLUMNS = "ours_seconds, theirs_seconds, difference_seconds, precision_seconds, cause"
Cells = dict[str, object]


def reconciled(
    home: Home, *rows: Cells, unit: str = "min", zone: str = "UTC", desk: str = DESK.format(zone="UTC")
) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """What is said of these rows of an export: (ticket, measure, clock) -> ours, theirs, difference, unit, cause."""
    put(home, "desk.yaml", desk)
    put(home, "sources/helpdesk.yaml", PROFILE.format(unit=unit, zone=zone))
    put(home, "exports/helpdesk/tickets.csv", csv(*rows))
    assert build(home, "core.reconciliation", kpis=(), is_checked=True) == {}
    return table(home)


def table(home: Home, source: str = "helpdesk") -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """The rows of a source; no other has any but where a test says so."""
    rows = ask(home, f"select ticket_id, measure, clock, {COLUMNS} from core.reconciliation where source = '{source}'")
    found = {(ticket_id, measure, clock): tuple(rest) for ticket_id, measure, clock, *rest in rows}
    assert len(found) == len(rows)
    return found


def solved(name: str, created: str, at: str, minutes: object, **more: object) -> Cells:
    """A solved ticket, with what the helpdesk itself counts from opening to last solve."""
    return {"id": name, "created": created, "status": "solved", "solved": at, "to solve": minutes, **more}


def causes(home: Home, *rows: Cells, **how: str) -> dict[str, str]:
    """Of each ticket the cause of its full resolution by the calendar."""
    found = reconciled(home, *rows, **how)
    return {name: said[-1] for (name, *of), said in found.items() if of == ["full_resolution", "calendar"]}


def test_a_figure_in_whole_minutes_agrees_where_it_is_ours_cut_or_rounded(home: Home) -> None:
    """Created 10:00:00. 5,459 s are 90 min 59 s: cut to 90, or rounded to 91. 5,420 s are neither 91 cut nor rounded,
    but within a minute of it. 5,461 s are more than a minute from 90."""
    created = "2026-03-02 10:00:00"
    found = reconciled(
        home,
        solved("exact", created, "2026-03-02 11:30:00", 90),
        solved("cut", created, "2026-03-02 11:30:59", 90),
        solved("rounded", created, "2026-03-02 11:30:59", 91),
        solved("half", created, "2026-03-02 11:30:30", 91),
        solved("up", created, "2026-03-02 11:30:20", 91),
        solved("whole", created, "2026-03-02 11:31:00", 90),
        solved("beyond", created, "2026-03-02 11:31:01", 90),
    )
    assert {name: said for (name, *_), said in found.items()} == {
        "exact": (5400, 5400, 0, 60, "agrees"),
        "cut": (5459, 5400, 59, 60, "agrees"),
        "rounded": (5459, 5460, -1, 60, "agrees"),
        "half": (5430, 5460, -30, 60, "agrees"),
        "up": (5420, 5460, -40, 60, "rounding"),
        "whole": (5460, 5400, 60, 60, "rounding"),
        "beyond": (5461, 5400, 61, 60, "unexplained"),
    }


def test_figures_in_hours_agree_within_their_unit(home: Home) -> None:
    """89 minutes are 1 hour, cut and rounded; called 2 they are within an hour of it; called 3 they are not.
    The desk's zone is UTC, so no clock explains two hours."""
    created, at = "2026-03-02 10:00:00", "2026-03-02 11:29:00"
    rows = [solved(str(hours), created, at, hours) for hours in (1, 2, 3)]
    assert causes(home, *rows, unit="h") == {"1": "agrees", "2": "rounding", "3": "unexplained"}


def test_hours_with_a_decimal_are_told_within_six_minutes(home: Home) -> None:
    """1.5 h are 5,400 s: 5,640 s are no six minutes away."""
    found = reconciled(home, solved("a", "2026-03-02 10:00:00", "2026-03-02 11:34:00", "1.5"), unit="h")
    assert found == {("a", "full_resolution", "calendar"): (5640, 5400, 240, 360, "agrees")}


def test_instants_in_whole_minutes_are_within_a_minute_of_figures_in_seconds(home: Home) -> None:
    """10:00 to 11:30 is any time from 89 to 91 minutes. From 10:00:07 on it is exact, and 45 seconds are a mistake."""
    assert causes(
        home,
        solved("whole", "2026-03-02 10:00", "2026-03-02 11:30", "1:30:45"),
        solved("exact", "2026-03-02 10:00:07", "2026-03-02 11:30:07", "1:30:45"),
        solved("same", "2026-03-02 10:00:07", "2026-03-02 11:30:52", "1:30:45"),
    ) == {"whole": "rounding", "exact": "unexplained", "same": "agrees"}


def test_a_side_without_a_figure_is_missing(home: Home) -> None:
    """Nobody knows when 'unanswered' was answered; of 'silent' the helpdesk says nothing, of 'neither' nobody does."""
    answered = {"created": "2026-03-02 10:00:00", "status": "open"}
    found = reconciled(
        home,
        {"id": "both", **answered, "answered": "2026-03-02 10:20:00", "to answer in hours": 20},
        {"id": "silent", **answered, "answered": "2026-03-02 10:20:00"},
        {"id": "unanswered", **answered, "to answer in hours": 20},
        {"id": "neither", **answered},
    )
    assert found == {
        ("both", "first_response", "business"): (1200, 1200, 0, 60, "agrees"),
        ("silent", "first_response", "business"): (1200, None, None, 60, "missing"),
        ("unanswered", "first_response", "business"): (None, 1200, None, 60, "missing"),
    }


def test_a_source_has_rows_only_for_what_it_ever_tells(home: Home) -> None:
    """Both tickets are answered and solved; the helpdesk only counts to the solve, and only of one of them. Another
    source counts nothing."""
    put(home, "exports/canonical/t.csv", csv(ticket()))
    answered = {"answered": "2026-03-02 10:20:00"}
    found = reconciled(
        home,
        solved("a", "2026-03-02 10:00:00", "2026-03-02 11:00:00", 60, **answered),
        solved("b", "2026-03-02 10:00:00", "2026-03-02 11:00:00", None, **answered),
    )
    assert table(home, "canonical") == {}
    assert found == {
        ("a", "full_resolution", "calendar"): (3600, 3600, 0, 60, "agrees"),
        ("b", "full_resolution", "calendar"): (3600, None, None, 60, "missing"),
    }


def test_what_an_earlier_file_tells_is_missing_from_a_later_one(home: Home) -> None:
    """The later file has no such column, so no unit is known for its tickets: a second."""
    row = solved("a", "2026-03-02 10:00:00", "2026-03-02 11:00:00", 60)
    later = solved("b", "2026-03-03 10:00:00", "2026-03-03 10:30:00", None)
    put(home, "exports/helpdesk/later.csv", csv({name: cell for name, cell in later.items() if name != "to solve"}))
    found = reconciled(home, row)
    assert {name: said for (name, *_), said in found.items()} == {
        "a": (3600, 3600, 0, 60, "agrees"),
        "b": (1800, None, None, 1, "missing"),
    }


def test_a_reopened_ticket_may_speak_of_another_solve(home: Home) -> None:
    """Solved at 10:30, open again, solved on Tuesday at 10:00, 1,440 minutes after the opening. 30 minutes are those to
    the first solve. Where both count to the same solve they agree, however often it was reopened."""
    first = {"first solved": "2026-03-02 10:30:00", "reopens": 1}
    created, at = "2026-03-02 10:00:00", "2026-03-03 10:00:00"
    assert causes(
        home,
        solved("first", created, at, 30, **first),
        solved("last", created, at, 1440, **first),
        {"id": "open", "created": created, "status": "open", "to solve": 30, **first},
        {"id": "uncounted", "created": created, "status": "open", "to solve": 30},
    ) == {"first": "reopened", "last": "agrees", "open": "reopened", "uncounted": "reopened"}


NEW_YORK = DESK.format(zone="America/New_York")


def test_wall_clocks_read_as_utc_are_off_by_the_change_of_the_desk_s_clock(home: Home) -> None:
    """New York's clocks go forward on 8 March 2026 at 2:00 and back on 1 November: from Saturday to Monday at ten it is
    47 and 49 hours. In the night itself, 1:30 to 4:00 is an hour and a half."""
    rows = [
        solved("spring", "2026-03-07 10:00:00", "2026-03-09 10:00:00", 47 * 60),
        solved("autumn", "2026-10-31 10:00:00", "2026-11-02 10:00:00", 49 * 60),
        solved("night", "2026-03-08 01:30:00", "2026-03-08 04:00:00", 90),
        solved("week", "2026-03-09 10:00:00", "2026-03-13 10:00:00", 96 * 60),
        solved("hour", "2026-03-09 10:00:00", "2026-03-13 10:00:00", 95 * 60),
    ]
    assert causes(home, *rows, desk=NEW_YORK) == {
        "spring": "time_zone", "autumn": "time_zone", "night": "time_zone", "week": "agrees", "hour": "unexplained",
    }  # fmt: skip


def test_a_helpdesk_that_counts_on_the_wall_clock_is_off_by_the_change_of_its_own(home: Home) -> None:
    """The desk is in UTC, the export in New York's time, read as such; the helpdesk counts 48 and 72 hours."""
    assert causes(
        home,
        solved("spring", "2026-03-07 10:00:00", "2026-03-09 10:00:00", 48 * 60),
        solved("later", "2026-03-09 10:00:00", "2026-03-12 10:00:00", 72 * 60),
        solved("wrong", "2026-03-09 10:00:00", "2026-03-12 10:00:00", 71 * 60),
        zone="America/New_York",
    ) == {"spring": "time_zone", "later": "agrees", "wrong": "unexplained"}


def test_one_instant_read_in_another_zone_is_off_by_the_offset_at_either_end(home: Home) -> None:
    """New York is 5 hours behind UTC in winter and 4 in summer: an hour that is shown as six, five, or none."""
    assert causes(
        home,
        solved("winter", "2026-02-02 10:00:00", "2026-02-02 16:00:00", 60),
        solved("summer", "2026-07-06 10:00:00", "2026-07-06 15:00:00", 60),
        solved("earlier", "2026-02-02 10:00:00", "2026-02-02 10:00:30", 300),
        solved("four in winter", "2026-02-02 10:00:00", "2026-02-02 15:00:00", 60),
        solved("five in summer", "2026-07-06 10:00:00", "2026-07-06 16:00:00", 60),
        desk=NEW_YORK,
    ) == {
        "winter": "time_zone",
        "summer": "time_zone",
        "earlier": "time_zone",
        "four in winter": "unexplained",
        "five in summer": "unexplained",
    }


def test_other_hours_are_the_schedule(home: Home) -> None:
    """Monday 10:00 to Tuesday 10:00 is 7 h + 1 h of 9-17, and 8 h + 2 h of the helpdesk's 8-18. Within a Monday both
    count two hours."""
    found = reconciled(
        home,
        solved("night", "2026-03-02 10:00:00", "2026-03-03 10:00:00", 1440, **{"to solve in hours": 600}),
        solved("day", "2026-03-02 10:00:00", "2026-03-02 12:00:00", 120, **{"to solve in hours": 120}),
    )
    assert found == {
        ("night", "full_resolution", "calendar"): (86400, 86400, 0, 60, "agrees"),
        ("night", "full_resolution", "business"): (28800, 36000, -7200, 60, "schedule"),
        ("day", "full_resolution", "calendar"): (7200, 7200, 0, 60, "agrees"),
        ("day", "full_resolution", "business"): (7200, 7200, 0, 60, "agrees"),
    }


def test_where_no_hours_are_known_it_is_the_schedule(home: Home) -> None:
    row = solved("a", "2026-03-02 10:00:00", "2026-03-02 12:00:00", None, **{"to solve in hours": 120})
    found = reconciled(home, row, desk="time_zone: UTC\n")
    assert found == {("a", "full_resolution", "business"): (None, 7200, None, 60, "schedule")}


def test_business_time_follows_what_the_calendar_shows(home: Home) -> None:
    """In New York five hours are the zone's offset. Where the calendar agrees the instants are right, and the hours are
    others; where the calendar is off by the zone, so is business time, by whatever it is; where the calendar is not
    told, five hours speak for themselves."""
    hours = "to solve in hours"
    rows = [
        # Monday 10:00 to Tuesday 12:00 is 7 + 3 hours; the helpdesk counts 15
        solved("right", "2026-02-02 10:00:00", "2026-02-03 12:00:00", 26 * 60, **{hours: 15 * 60}),
        solved("untold", "2026-02-02 10:00:00", "2026-02-03 12:00:00", None, **{hours: 15 * 60}),
        # to Tuesday 10:00 it is 7 + 1 hours
        solved("zone", "2026-02-02 10:00:00", "2026-02-03 10:00:00", 19 * 60, **{hours: 210}),
    ]
    found = reconciled(home, *rows, desk=NEW_YORK, zone="desk")
    said = {name: rest for (name, _, clock), rest in found.items() if clock == "business"}
    assert said == {
        "right": (36000, 54000, -18000, 60, "schedule"),
        "untold": (36000, 54000, -18000, 60, "time_zone"),
        "zone": (28800, 12600, 16200, 60, "time_zone"),
    }


def test_an_instant_that_is_their_own_figure_is_not_compared_with_it(home: Home) -> None:
    """Monday 16:50 and 30 minutes: answered at 17:20 by their figure, of which 10 minutes lie in our hours. Their
    business time is compared; their calendar time is ours."""
    row = {"id": "a", "created": "2026-03-02 16:50:00", "status": "open", "to answer": 30, "to answer in hours": 20}
    found = reconciled(home, row)
    assert ask(home, "select first_response_from from core.tickets") == [("derived",)]
    assert found == {("a", "first_response", "business"): (600, 1200, -600, 60, "schedule")}


def test_the_first_solve_is_compared_with_the_first_solve(home: Home) -> None:
    """Solved at 10:30, for good on Tuesday."""
    row = solved("a", "2026-03-02 10:00:00", "2026-03-03 10:00:00", 1440, reopens=1)
    found = reconciled(home, {**row, "first solved": "2026-03-02 10:30:00", "to first solve": 29})
    assert found == {
        ("a", "first_resolution", "calendar"): (1800, 1740, 60, 60, "rounding"),
        ("a", "full_resolution", "calendar"): (86400, 86400, 0, 60, "agrees"),
    }


NIGHTS = [date(2026, 3, day) for day in (20, 21, 22, 23)]


def test_a_night_says_the_same_as_one_that_makes_everything(tmp_path: Path) -> None:
    """New tickets and solves are merged. Where a source tells a figure for the first time, all its earlier tickets
    lack it: everything is computed, once."""
    twins = Twins.below(tmp_path)
    put_profile = PROFILE.format(unit="min", zone="UTC")
    twins.put("desk.yaml", DESK.format(zone="UTC"))
    twins.put("sources/helpdesk.yaml", put_profile)
    twins.put("sources/second.yaml", put_profile)
    waiting = {"id": "b", "created": "2026-03-02 10:00:00", "status": "open"}
    row = solved("a", "2026-03-02 10:00:00", "2026-03-02 11:30:00", 90)
    twins.put("exports/helpdesk/1.csv", csv(row, waiting))
    assert twins.night(NIGHTS[0], is_incremental=False) == {}
    later = solved("b", "2026-03-02 10:00:00", "2026-03-21 10:00:00", 5)
    twins.put("exports/helpdesk/2.csv", csv(later, solved("c", "2026-03-20 10:00:00", "2026-03-20 11:00:00", 60)))
    twins.put("exports/second/1.csv", csv(row))
    assert twins.night(NIGHTS[1]) == {}
    assert {name: said[-1] for (name, *_), said in table(twins.incremental).items()} == {
        "a": "agrees", "b": "unexplained", "c": "agrees",
    }  # fmt: skip
    told = solved("d", "2026-03-20 10:00:00", "2026-03-20 11:00:00", 60, **{"to solve in hours": 60})
    twins.put("exports/helpdesk/3.csv", csv(told))
    assert twins.night(NIGHTS[2], is_incremental=False) == {}
    told = {**told, "id": "e"}
    twins.put("exports/helpdesk/4.csv", csv(told))
    assert twins.night(NIGHTS[3]) == {}
    business = {name: said for (name, _, clock), said in table(twins.incremental).items() if clock == "business"}
    assert business["a"] == (5400, None, None, 1, "missing")
    assert business["e"] == (3600, 3600, 0, 60, "agrees")
