"""The commands about sources: what a profile maps and feeds, and how the helpdesk's own figures fit ours."""

import json
from pathlib import Path

import pytest
from conftest import csv, new_home, publish_core, put, ticket
from template_homes import Templates
from test_commands import okr

from okr_analytics.home import Home

PROFILE = """\
title: A helpdesk that counts for itself
kind: tickets
source: desk
instants: {formats: ["%d/%m/%Y %H:%M"], time_zone: America/New_York}
missing: [none]
columns:
  ticket_id: [Ticket, Caso]
  status: State
  channel: Via
  resolved_at: Solved
  reopen_count: Reopens
  source_first_response_calendar_seconds: To answer
  source_full_resolution_calendar_seconds: To solve
  source_full_resolution_business_seconds: To solve in hours
  handle_seconds: Handled
together: {opened_at: [[Day], [Time]]}
units:
  source_first_response_calendar_seconds: min
  source_full_resolution_calendar_seconds: min
  source_full_resolution_business_seconds: h
optional: all
words:
  status: {on_hold: [waiting for a part]}
"""
MONDAY = {"Day": "02/03/2026", "Time": "10:00", "State": "solved"}
SOLVED = {**MONDAY, "Solved": "02/03/2026 12:00"}
ROWS = (
    {"Ticket": 1, **SOLVED, "To solve": 120, "To solve in hours": 2},
    {"Ticket": 2, **SOLVED, "To solve": 121, "To solve in hours": 2},
    {"Ticket": 3, **SOLVED, "To solve": 60, "To solve in hours": 9},
    {"Ticket": 4, **SOLVED, "To solve": 90},
    {"Ticket": 5, **SOLVED, "To solve": 30, "Reopens": 1, "To answer": 10},
)
"""Solved after two hours, of a desk that is at work from 9 to 17. By the calendar: agrees, a minute, 60, 30 and 90
minutes apart, the last one reopened. In business time: twice the same, 7 hours apart, and twice not told."""


@pytest.fixture(scope="module")
def published(templates: Templates) -> Home:
    """A helpdesk with figures of its own, and one without; to look at, not to change."""
    return templates.home("counting_helpdesk", published_figures)


def published_figures(folder: Path) -> Home:
    """The helpdesks as their fixture has them."""
    home = new_home(folder, "America/New_York")
    put(home, "desk.yaml", "time_zone: America/New_York\nhours: {mon-fri: 09:00-17:00}\n")
    put(home, "sources/counting.yaml", PROFILE)
    put(home, "exports/counting/t.csv", csv(*ROWS))
    put(home, "exports/canonical/t.csv", csv(ticket()))
    assert publish_core(home) == {}
    return home


def test_figures_are_summed_up_for_programs(published: Home) -> None:
    """On the calendar 0, 60, 3,600, 1,800 and 5,400 seconds apart: the middle one is 1,800."""
    done = okr("sources", "reconcile", "desk", "--json", "--tickets", "1", home=published)
    assert done.exit_code == 0
    said = json.loads(done.output)
    calendar, business = said["compared"]
    assert calendar == {
        "source": "desk", "measure": "full_resolution", "clock": "calendar", "n": 5, "both_known": 5,
        "agreeing_share": 0.4,
        "median_seconds": 1800, "largest_seconds": 5400, "without_hours": 0, "ours_missing": 0, "theirs_missing": 0,
        "causes": {"agrees": 1, "rounding": 1, "reopened": 1, "unexplained": 2},
    }  # fmt: skip
    assert business == {
        "source": "desk", "measure": "full_resolution", "clock": "business", "n": 5, "both_known": 3,
        "agreeing_share": pytest.approx(2 / 3),
        "median_seconds": 0, "largest_seconds": 25200, "without_hours": 0, "ours_missing": 0, "theirs_missing": 2,
        "causes": {"agrees": 2, "missing": 2, "schedule": 1},
    }  # fmt: skip
    assert said["left_out"] == [{"source": "desk", "measure": "first_response", "n": 1}]
    worst = [(each["cause"], each["ticket_id"], each["difference_seconds"]) for each in said["tickets"]]
    assert worst == [
        ("missing", "4", None),
        ("reopened", "5", 5400),
        ("schedule", "3", -25200),
        ("unexplained", "3", 3600),
    ]


def test_figures_are_summed_up_for_people_with_what_to_look_at(published: Home) -> None:
    done = okr("sources", "reconcile", home=published, COLUMNS="160")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert lines[1:3] == [
        "desk full resolution calendar 5 5 40.0 % 30.0 min 90.0 min 1 reopened, 2 unexplained",
        "desk full resolution business 5 3 66.7 % 0 s 7.0 h 2 missing, 1 schedule",
    ]
    for said in (
        "desk: what follows from its own figure is not compared with it by the calendar (first response of 1).",
        "2 missing: 2 not told by the source, 0 not known to us",
        "1 schedule: other hours or holidays; compare the schedule of the account with desk.yaml.",
        "3 full resolution business 2.0 h 9.0 h −7.0 h",
        "2 unexplained: look these tickets up in the source",
        "4 full resolution calendar 2.0 h 90.0 min +30.0 min",
    ):
        assert any(said in line for line in lines), said


def test_hours_that_nobody_knows_and_a_zone_are_named_as_what_to_look_at(home: Home) -> None:
    """Ten in the morning to ten two days later over the night on which New York's clocks go forward, read as UTC."""
    put(home, "desk.yaml", "time_zone: America/New_York\n")
    put(home, "sources/counting.yaml", PROFILE.replace("time_zone: America/New_York", "time_zone: UTC"))
    row = {"Ticket": 1, **MONDAY, "Day": "07/03/2026", "Solved": "09/03/2026 10:00", "To solve": 47 * 60}
    put(home, "exports/counting/t.csv", csv({**row, "To solve in hours": 2}))
    assert publish_core(home) == {}
    said = okr("sources", "reconcile", home=home, COLUMNS="200").output
    assert "1 time zone: compare instants.time_zone of the profile with the zone in which the source writes" in said
    assert "compare the schedule of the account with desk.yaml, which gives no hours for 1 figure." in said
    business = next(line for line in said.splitlines() if "business" in line)
    assert " ".join(business.split()) == "desk full resolution business 1 0 – – – 1 schedule"


def test_a_source_without_figures_of_its_own_is_no_mistake(published: Home) -> None:
    done = okr("sources", "reconcile", "canonical", home=published)
    assert done.exit_code == 0
    assert "Nothing to compare: canonical tells no figure of its own." in done.output
    said = json.loads(okr("sources", "reconcile", "canonical", "--json", home=published).output)
    assert said == {"compared": [], "left_out": [], "tickets": []}


def test_what_is_not_there_is_named(published: Home, home: Home) -> None:
    for words, said in (
        (("reconcile", "dsk"), "okr: no source 'dsk' is published; did you mean 'desk'?\n"),
        (("show", "countin"), "okr: no profile or source 'countin'; did you mean 'counting'?\n"),
    ):
        done = okr("sources", *words, home=published)
        assert (done.exit_code, done.stderr) == (2, said)
    nothing = okr("sources", "reconcile", home=home)
    assert nothing.exit_code == 2
    assert "run 'okr run' first" in nothing.stderr


def test_a_profile_is_shown_with_its_headers_zone_units_and_words(published: Home) -> None:
    done = okr("sources", "show", "counting", home=published, COLUMNS="200")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    for said in (
        "A helpdesk that counts for itself (counting)",
        "tickets below exports/counting/, source desk; profile sources/counting.yaml",
        "Instants: as %d/%m/%Y %H:%M, else ISO 8601; in America/New_York where they name no other",
        "No value: an empty cell, none",
        "ticket_id Ticket or Caso",
        "opened_at Day and Time read together",
        "source_full_resolution_calendar_seconds To solve min may be absent",
        "handle_seconds Handled s may be absent",
        "Words of status: on_hold = waiting for a part",
    ):
        assert said in lines, said


def test_a_profile_is_shown_with_what_it_can_feed_and_why_not(published: Home) -> None:
    """handle_time is mapped, and no row fills it. Covered are the days from the opening to the newest instant."""
    lines = [" ".join(line.split()) for line in okr("sources", "show", "desk", home=published).output.splitlines()]
    for said in (
        "full_resolution yes 2026-03-02 to 2026-03-02",
        "escalated needs escalated_at",
        "handle_time yes nothing yet",
    ):
        assert said in lines, said


def test_before_anything_is_published_a_shipped_profile_is_shown(home: Home) -> None:
    done = okr("sources", "show", "servicenow", home=home, COLUMNS="200")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert "each event's instant sys_updated_at" in lines
    assert "first response incident_state not New" in lines
    assert "Nothing is published yet; 'okr run' shows what the files tell." in lines
    observed = okr("sources", "show", "observations", home=home).output
    assert "no shipped measure asks for it" in observed


def test_the_list_says_how_many_measures_each_can_feed(home: Home) -> None:
    """An id and an opening alone feed what is counted of openings."""
    put(home, "sources/bare.yaml", "title: Bare\nkind: tickets\ncolumns: {ticket_id: Id, opened_at: Opened}\n")
    listed = okr("sources", home=home, COLUMNS="200").output
    (line,) = (line for line in listed.splitlines() if "Bare" in line)
    fed, of = line.split("Bare")[1].split("sources/")[0].split(" of ")
    assert 0 < int(fed) < int(of)
    shown = okr("sources", "show", "bare", home=home).output
    assert f"It can feed {int(fed)} of {int(of)} measures" in shown
    assert "sources/bare.yaml" in line
