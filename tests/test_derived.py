"""Instants that an export does not give, from the durations that it does: when, how they are marked, and what wins."""

from datetime import datetime
from typing import Any

from conftest import ask, csv, land, put

from okr_analytics.home import Home

PROFILE = """\
title: A helpdesk that counts minutes
kind: tickets
columns:
  ticket_id: id
  status: status
  opened_at: created
  first_response_at: answered
  first_resolved_at: first solved
  resolved_at: solved
  closed_at: closed
  reopen_count: reopens
  source_first_response_calendar_seconds: to answer
  source_first_response_business_seconds: to answer in hours
  source_first_resolution_calendar_seconds: to first solve
  source_full_resolution_calendar_seconds: to solve
units:
  source_first_response_calendar_seconds: min
  source_first_response_business_seconds: min
  source_first_resolution_calendar_seconds: min
  source_full_resolution_calendar_seconds: min
optional: all
"""
CREATED = {"created": "2026-03-02 10:00:00"}
OPEN, SOLVED = {**CREATED, "status": "open"}, {**CREATED, "status": "solved"}
ANSWER = "first_response_at, first_response_from"
SOLVES = "first_resolved_at, first_resolved_from, resolved_at, resolved_from"


def at(clock: str, day: int = 2) -> datetime:
    """That time on a day of March."""
    return datetime.fromisoformat(f"2026-03-{day:02d} {clock}")


def derived(home: Home, columns: str, *rows: dict[str, object]) -> dict[str, tuple[Any, ...]]:
    """These columns of the tickets that an export of these rows gives, by id."""
    put(home, "sources/helpdesk.yaml", PROFILE)
    put(home, "exports/helpdesk/tickets.csv", csv(*rows))
    assert land(home) == {}
    rows_of = ask(home, f"select ticket_id, {columns} from core.tickets")
    return {ticket_id: tuple(rest) for ticket_id, *rest in rows_of}


def nulled(home: Home) -> list[tuple[Any, ...]]:
    """What could not stand."""
    return ask(home, "select nulled_column, reason, nulled_count from core.nulled_values order by all")


def test_a_first_response_follows_from_the_minutes_to_it_where_the_export_gives_no_instant(home: Home) -> None:
    """Answered at once is answered; business minutes tell no instant."""
    found = derived(
        home,
        f"{ANSWER}, first_response_calendar_seconds",
        {"id": "minutes", **OPEN, "to answer": 35},
        {"id": "instant", **OPEN, "to answer": 35, "answered": "2026-03-02 10:20:00"},
        {"id": "at once", **OPEN, "to answer": 0},
        {"id": "business", **OPEN, "to answer in hours": 35},
        {"id": "neither", **OPEN},
    )
    assert found == {
        "minutes": (at("10:35:00"), "derived", 2100),
        "instant": (at("10:20:00"), "export", 1200),
        "at once": (at("10:00:00"), "derived", 0),
        "business": (None, None, None),
        "neither": (None, None, None),
    }


def test_a_solve_follows_from_the_minutes_to_it_but_a_closing_is_nearer(home: Home) -> None:
    found = derived(
        home,
        "resolved_at, resolved_from, full_resolution_calendar_seconds",
        {"id": "minutes", **SOLVED, "to solve": 90},
        {"id": "closed", **SOLVED, "to solve": 90, "closed": "2026-03-02 12:00:00"},
        {"id": "instant", **SOLVED, "to solve": 90, "closed": "2026-03-02 12:00:00", "solved": "2026-03-02 11:00:00"},
    )
    assert found == {
        "minutes": (at("11:30:00"), "derived", 5400),
        "closed": (at("12:00:00"), "closed", 7200),
        "instant": (at("11:00:00"), "export", 3600),
    }


def test_a_ticket_that_is_open_has_no_last_solve_whatever_the_source_counts(home: Home) -> None:
    """Its first solve, 30 minutes after the opening, was one."""
    row = {"id": "a", **OPEN, "to first solve": 30, "to solve": 90, "reopens": 1}
    assert derived(home, SOLVES, row) == {"a": (at("10:30:00"), "derived", None, None)}


def test_a_reopened_ticket_has_both_solves_from_their_minutes(home: Home) -> None:
    row = {"id": "a", **SOLVED, "to first solve": 30, "to solve": 1500, "reopens": 2}
    found = derived(home, SOLVES, row)
    assert found == {"a": (at("10:30:00"), "derived", at("11:00:00", day=3), "derived")}


def test_a_ticket_that_was_never_reopened_has_one_solve_of_one_origin(home: Home) -> None:
    """Minutes to the first solve say the same as the export's own instant, only less exactly."""
    found = derived(
        home,
        SOLVES,
        {"id": "instant", **SOLVED, "solved": "2026-03-02 11:30:20", "to first solve": 90, "reopens": 0},
        {"id": "minutes", **SOLVED, "to first solve": 90, "to solve": 91, "reopens": 0},
    )
    assert found == {
        "instant": (at("11:30:20"), "export", at("11:30:20"), "export"),
        "minutes": (at("11:31:00"), "derived", at("11:31:00"), "derived"),
    }


def test_a_first_solve_that_comes_out_a_little_after_the_last_one_is_the_last_one(home: Home) -> None:
    """92 minutes, rounded up, end 100 seconds after the solve at 11:30:20. An hour is the coarsest unit; what comes out
    later than that is another instant, and cannot be."""
    row = {**SOLVED, "solved": "2026-03-02 11:30:20", "reopens": 1}
    found = derived(
        home,
        SOLVES,
        {"id": "little", **row, "to first solve": 92},
        {"id": "an hour", **row, "solved": "2026-03-02 11:30:00", "to first solve": 150},
        {"id": "more", **row, "solved": "2026-03-02 11:30:00", "to first solve": 151},
        {"id": "before", **row, "to first solve": 80},
    )
    assert found == {
        "little": (at("11:30:20"), "derived", at("11:30:20"), "export"),
        "an hour": (at("11:30:00"), "derived", at("11:30:00"), "export"),
        "more": (None, None, at("11:30:00"), "export"),
        "before": (at("11:20:00"), "derived", at("11:30:20"), "export"),
    }
    assert nulled(home) == [("first_resolved_at", "after resolved", 1)]


def test_a_duration_below_zero_or_beyond_reason_derives_nothing_and_is_counted(home: Home) -> None:
    """Ten milliard seconds are three centuries."""
    found = derived(
        home,
        ANSWER,
        {"id": "below", **OPEN, "to answer": -5},
        {"id": "beyond", **OPEN, "to answer": 200_000_000},
        {"id": "word", **OPEN, "to answer": "soon"},
    )
    assert set(found.values()) == {(None, None)}
    assert nulled(home) == [
        ("source_first_response_calendar_seconds", "beyond reason", 1),
        ("source_first_response_calendar_seconds", "negative", 1),
        ("source_first_response_calendar_seconds", "no number", 1),
    ]


def test_an_instant_that_could_not_stand_is_not_replaced_by_a_figure(home: Home) -> None:
    """Answered before the opening: the export's own instant counts, and is nulled; so it has no origin."""
    row = {"id": "a", **OPEN, "answered": "2026-03-02 09:00:00", "to answer": 35}
    assert derived(home, ANSWER, row) == {"a": (None, None)}
    assert nulled(home) == [("first_response_at", "before opened", 1)]


EVENTS = """\
title: A log with minutes
kind: events
columns:
  ticket_id: id
  status: status
  opened_at: created
  source_first_response_calendar_seconds: to answer
  source_full_resolution_calendar_seconds: to solve
units: {source_first_response_calendar_seconds: min, source_full_resolution_calendar_seconds: min}
events: {at: at, response: {column: status, not_in: new}}
words: {status: {open: [new, active]}}
optional: all
"""


def test_the_history_of_events_knows_more_than_a_figure(home: Home) -> None:
    """Active at 10:10, solved at 11:00; the last event says 35 and 90 minutes. A log of one event shows no answer."""
    put(home, "sources/log.yaml", EVENTS)
    figures = {"to answer": 35, "to solve": 90}
    rows = [
        {"id": "a", **CREATED, "at": "2026-03-02 10:00:00", "status": "new"},
        {"id": "a", **CREATED, "at": "2026-03-02 10:10:00", "status": "active"},
        {"id": "a", **CREATED, "at": "2026-03-02 11:00:00", "status": "solved", **figures},
        {"id": "b", **CREATED, "at": "2026-03-02 10:00:00", "status": "new", **figures},
    ]
    put(home, "exports/log/events.csv", csv(*rows))
    assert land(home) == {}
    assert ask(home, f"select ticket_id, {ANSWER}, resolved_at, resolved_from from core.tickets order by 1") == [
        ("a", at("10:10:00"), "history", at("11:00:00"), "history"),
        ("b", at("10:35:00"), "derived", None, None),
    ]
