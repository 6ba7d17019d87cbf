"""okr explain: the story of one number, told from the published warehouse. Figures are worked out by hand."""

import json
import statistics
from datetime import date

import pytest
from click.testing import CliRunner, Result
from conftest import DEMO_DAY, ask, csv, new_home, put, ticket
from stories import answer, printed, story, told
from template_homes import Templates

from okr_analytics.errors import UsageError
from okr_analytics.home import Home
from pipelines.cli import main

LIMITS = "(Up to 10 points behind is on track, up to 25 at risk.)"
DESK = """\
time_zone: UTC
sla: {clock: calendar, first_response: {urgent: 4 h}}
"""
OTHER = "title: Phone system\nkind: tickets\ncolumns: {ticket_id: Id, status: Status, opened_at: Opened}\n"
OKR = """\
objectives:
  - id: sooner
    title: Customers hear from us sooner
    owner: Ana
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: median, title: Half are answered 30 % sooner, kpi: first_response_calendar_median, baseline: 412 min,
         target: -30%, where: {source: canonical}}
      - {id: anywhere, title: Half everywhere, kpi: first_response_calendar_median, baseline: 412 min, target: -30%}
      - {id: business, title: In office hours, kpi: first_response_business_median, baseline: 2 h, target: 1 h}
      - {id: resolved, title: Solved for good, kpi: full_resolution_calendar_median, baseline: 1 d, target: 9 h,
         where: {source: canonical}, min_n: 5}
      - {id: handled, title: Little work, kpi: handle_time_mean, direction: lower, baseline: 15 min, target: 10 min,
         where: {source: canonical}}
      - {id: promised, title: Promises are kept, kind: reach, kpi: sla_first_response_share, target: 90%,
         where: {source: canonical}}
      - {id: old, title: Nothing gets old, kpi: backlog_older_than_7d, baseline: 10, target: 1,
         where: {source: canonical}}
      - {id: unsure, title: Sure of ourselves, kind: reach, kpi: escalations_unsure_count, target: 1,
         where: {source: canonical}}
"""
URGENT = {"priority": "urgent"}
A1 = ticket(
    "A1", status="solved", opened_at="2026-03-10T10:00:00Z", first_response_at="2026-03-10T15:40:00Z",
    first_resolved_at="2026-03-10T20:00:00Z", resolved_at="2026-03-10T20:00:00Z", reopen_count=0, handle_seconds=600,
    escalated_at="2026-03-10T16:00:00Z", escalation_reason="unsure",
)  # fmt: skip
A2 = ticket(
    "A2", opened_at="2026-03-11T10:00:00Z", first_response_at="2026-03-11T11:40:00Z", reopen_count=1,
    first_resolved_at="2026-03-12T10:00:00Z", reopened_at="2026-03-13T10:00:00Z",
)  # fmt: skip
A3 = ticket(
    "A3", status="solved", opened_at="2026-03-12T10:00:00Z", first_response_at="2026-03-12T18:20:00Z",
    first_resolved_at="2026-03-12T19:00:00Z", resolved_at="2026-03-12T19:00:00Z", reopen_count=0,
    escalated_at="2026-03-12T16:00:00Z", escalation_reason="technical",
)  # fmt: skip
A4 = ticket("A4", opened_at="2026-03-18T10:00:00Z", first_response_at="2026-03-22T10:00:00Z")
A5 = ticket("A5", opened_at="2026-03-19T10:00:00Z")
A6 = ticket("A6", status="deleted", opened_at="2026-03-19T10:00:00Z")
A7 = ticket("A7", opened_at="never")
A8 = ticket("A8", status="solved", opened_at="2026-03-05T10:00:00Z")
WAIVED = ticket(
    "W1", status="solved", opened_at="2026-03-16T10:00:00Z", first_resolved_at="2026-03-16T11:00:00Z",
    resolved_at="2026-03-16T11:00:00Z", reopen_count=0, **URGENT,
)  # fmt: skip
NOT_DUE = ticket("U1", opened_at="2026-03-20T22:00:00Z", **URGENT)
LATE = ticket("U2", opened_at="2026-03-02T10:00:00Z", first_response_at="2026-03-02T15:00:00Z", **URGENT)


@pytest.fixture(scope="module")
def desk(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A handful of tickets, one for each reason not to count."""
    home = templates.copy("empty", new_home, tmp_path_factory.mktemp("told"))
    put(home, "desk.yaml", DESK)
    put(home, "sources/phones.yaml", OTHER)
    put(home, "okrs/o.yaml", OKR)
    tickets = (A1, A2, A3, A4, A5, A6, A7, A8, WAIVED, NOT_DUE, LATE)
    put(home, "exports/canonical/tickets-2026-03-25.csv", csv(*tickets))
    put(home, "exports/phones/a.csv", "Id,Status,Opened\nO1,open,2026-03-15T10:00:00Z\nO2,open,2026-03-24T10:00:00Z\n")
    assert answer(home) == {}
    return home


def apart(home: Home, name: str) -> list[tuple[str, int, list[str]]]:
    """What does not count: reason, how many, examples."""
    return [(each["reason"], each["count"], each["examples"]) for each in told(home, name)["evidence"]["excluded"]]


def okr(*words: str, home: Home, **environment: str) -> Result:
    """Run a command in process."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], env=environment, catch_exceptions=False)


def test_an_improvement_is_told_with_its_figures_filled_in(desk: Home) -> None:
    """100, 300, 340 and 500 minutes: 320 in the middle. Day 20 of 31 is 65 % of the way."""
    story = told(desk, "median")
    assert story["headline"] == "on track on 2026-03-20: 74 % reached, 65 % expected"
    assert story["formula"]["said"] == [
        "Baseline: 412 min, as written.",
        "Target: 412 min − 30 % = 288.4 min.",
        "Reached: (320 min − 412 min) / (288.4 min − 412 min) = 0.74, so 74 % of the way.",
        "Expected: day 20 of 31 of the window, so 65 %.",
    ]
    figures, reason = story["answer"]["said"]
    assert figures == "Value 320 min, baseline 412 min, target 288.4 min; the value rests on 4 rows."
    assert reason == f"Why on track: 74 % reached, 65 % expected by this day: 9 points ahead. {LIMITS}"


def test_the_definition_is_said_in_plain_words(desk: Home) -> None:
    assert told(desk, "median")["definition"]["said"] == [
        "A key result of “Customers hear from us sooner” (sooner).",
        "Owner: Ana. Window: 2026-03-01 to 2026-03-31; 20 of 31 days are over.",
        "From a baseline to a target; better when lower.",
        (
            "Measured by: First response time, median (calendar), only source canonical. "
            "How long does a customer wait for the first human answer? (first_response_calendar_median)"
        ),
        "The value of a day is taken over the 28 days that end on it.",
    ]


def test_the_tickets_that_count_are_listed_the_longest_first(desk: Home) -> None:
    evidence = told(desk, "median", rows=3)["evidence"]
    assert evidence["counted"][0]["rows"] == [
        {"id": "A3", "source": "canonical", "day": "2026-03-12", "value": 30000.0},
        {"id": "A1", "source": "canonical", "day": "2026-03-10", "value": 20400.0},
        {"id": "U2", "source": "canonical", "day": "2026-03-02", "value": 18000.0},
    ]
    assert evidence["said"] == [
        "Looked at: 2026-02-21 to 2026-03-20 (exports cover 2026-03-02 to 2026-03-20), only source canonical.",
        "4 tickets count. The middle one of 4 values is 320 min: half are below, half above.",
        "1 more count; --tickets 0 lists all.",
    ]


REJECTED = ("rejected", 1, [])
REMOVED = ("removed", 1, ["A6"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("median", [("later", 1, ["A4"]), ("not_yet", 4, ["A5", "A8", "U1", "W1"])]),
        (
            "anywhere",
            [("later", 1, ["A4"]), ("not_yet", 4, ["A5", "A8", "U1", "W1"]), ("untold", 1, ["O1"])],
        ),
        (
            "business",
            [
                ("later", 1, ["A4"]),
                ("not_yet", 4, ["A5", "A8", "U1", "W1"]),
                ("no_hours", 4, ["A1", "A2", "A3", "U2"]),
                ("untold", 1, ["O1"]),
            ],
        ),
        (
            "resolved",
            [("not_yet", 4, ["A4", "A5", "U1", "U2"]), ("no_longer", 1, ["A2"]), ("instant_unknown", 1, ["A8"])],
        ),
        (
            "handled",
            [
                ("not_yet", 5, ["A2", "A4", "A5", "U1", "U2"]),
                ("value_unknown", 2, ["A3", "W1"]),
                ("instant_unknown", 1, ["A8"]),
            ],
        ),
        (
            "promised",
            [
                ("not_due", 1, ["U1"]),
                ("waived", 1, ["W1"]),
                ("no_promise", 6, ["A1", "A2", "A3", "A4", "A5"]),
            ],
        ),
        (
            "old",
            [
                ("gone", 3, ["A1", "A3", "W1"]),
                ("too_young", 3, ["A4", "A5", "U1"]),
                ("instant_unknown", 1, ["A8"]),
            ],
        ),
        (
            "unsure",
            [("not_yet", 7, ["A2", "A4", "A5", "A8", "U1"]), ("not_meant", 1, ["A3"])],
        ),
    ],
)
def test_what_does_not_count_is_told_with_its_reason(
    desk: Home, name: str, expected: list[tuple[str, int, list[str]]]
) -> None:
    assert apart(desk, name) == [*expected, REMOVED, REJECTED]


def test_reasons_are_said_in_words(desk: Home) -> None:
    said = {each["reason"]: each["said"] for name in ("median", "resolved", "handled", "old", "unsure")
            for each in told(desk, name)["evidence"]["excluded"]}  # fmt: skip
    assert said == {
        "later": "answered only after 2026-03-20",
        "not_yet": "not escalated by 2026-03-20",
        "no_longer": "counted until it was reopened",
        "instant_unknown": "solved, but nobody knows when",
        "value_unknown": "handle time is not known",
        "gone": "not waiting any more at the close of 2026-03-20",
        "too_young": "not 7 days old yet at the close of 2026-03-20",
        "not_meant": "not among those that the KPI looks at (escalation reason unsure)",
        "removed": "deleted, merged or spam: in no KPI on any day",
        "rejected": "rows of canonical that could not stand, of any day (core.rejected_rows)",
    }


def test_too_few_rows_are_told_with_both_numbers(desk: Home) -> None:
    story = told(desk, "resolved")
    assert (story["status"], story["answer"]["n"]) == ("no_data", 3)
    assert story["answer"]["why"] == (
        "The value rests on 3 rows; it takes at least 5. Nobody knows how far it is, and that is not 0."
    )


def test_a_stock_is_told_by_what_stood_at_the_close(desk: Home) -> None:
    """Of 28 days exports cover 19, from 2 March on. U2 was opened on the 2nd and counts from the 9th, A2 on the 11th
    from the 18th: 9 x 1 + 3 x 2 = 15 over 19 days."""
    counted = told(desk, "old")["evidence"]["counted"][0]
    assert [(each["id"], each["value"]) for each in counted["rows"]] == [("U2", 18.0), ("A2", 9.0)]
    assert (counted["n"], counted["value"]) == (2, 15 / 19)
    assert [each["closing"] for each in counted["closings"]] == [0] * 7 + [1] * 9 + [2] * 3


def test_an_earlier_day_is_told_as_it_was(desk: Home) -> None:
    """On the 12th A2 was solved and not yet open again; A3 was solved that evening."""
    story = told(desk, "resolved", date(2026, 3, 12))
    assert [each["id"] for each in story["evidence"]["counted"][0]["rows"]] == ["A2", "A1", "A3"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explain", "first-answr"], "okr: no key result or objective 'first-answr'; did you mean 'first-answer'?\n"),
        (["explain", "first-answer", "--on", "2026-02-28"],
         "okr: --on 2026-02-28: 'first-answer' has answers from 2026-03-01 to 2026-03-06; choose one of these days\n"),
        (["explain", "answer-sooner", "--on", "2026-03-07"],
         "okr: --on 2026-03-07: 'answer-sooner' has answers from 2026-03-01 to 2026-03-06; choose one of these days\n"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_its_mend(small: Home, words: list[str], said: str) -> None:
    done = okr(*words, home=small)
    assert (done.exit_code, done.stderr) == (2, said)


def test_the_command_prints_the_story_for_people_and_for_programs(small: Home) -> None:
    """One answer after 60 minutes, from 90 to 30; one ticket waits. The 6th day of 31 is 19 % of the window."""
    plain = okr("explain", "first-answer", "--tickets", "1", home=small, COLUMNS="90").output
    assert plain.startswith(
        "Half of the customers get an answer within half an hour  (first-answer)\n"
        "● on track on 2026-03-06: 50 % reached, 19 % expected\n"
    )
    assert "(60 min − 90 min) / (30 min − 90 min) = 0.5" in plain
    assert max(map(len, plain.splitlines())) <= 90
    assert not [line for line in plain.splitlines() if line != line.rstrip()]
    programs = json.loads(okr("explain", "first-answer", "--json", home=small).output)
    assert list(programs) == [
        "id", "kind", "title", "day", "status", "headline", "definition", "answer", "formula", "outlook", "evidence",
        "revisions",
    ]  # fmt: skip


KEY_RESULTS = (
    "first-answer-sooner", "answered-within-an-hour", "email-first-answer", "fewer-reopened", "fewer-escalated",
    "app-errors-sooner", "slowest-tenth", "resolved-per-day",
)  # fmt: skip


@pytest.mark.parametrize("day", [date(2026, 7, 9), DEMO_DAY])
@pytest.mark.parametrize("name", KEY_RESULTS)
def test_the_listed_tickets_give_the_measured_value(demo: Home, name: str, day: date) -> None:
    """On the demo: as many rows as the answer's n, and the same value from them once more."""
    story = told(demo, name, day, rows=0)
    (counted,) = story["evidence"]["counted"]
    assert len(counted["rows"]) == counted["n"] == story["answer"]["n"]
    assert counted["value"] == pytest.approx(story["answer"]["value"], rel=1e-8)
    if name in ("first-answer-sooner", "email-first-answer", "app-errors-sooner"):
        assert statistics.median(each["value"] for each in counted["rows"]) == counted["value"]
    assert [each["value"] for each in counted["rows"]] == sorted(each["value"] for each in counted["rows"])[::-1]


def test_each_ticket_either_counts_or_is_excluded(demo: Home) -> None:
    """Of the tickets opened in the 28 days: those answered in them, less those opened before, and the others."""
    evidence = told(demo, "first-answer-sooner", rows=0)["evidence"]
    counted = {each["id"] for each in evidence["counted"][0]["rows"]}
    days = "opened_date between '2026-07-28' and '2026-08-24'"
    opened = {ticket_id for (ticket_id,) in ask(demo, f"select ticket_id from core.tickets where {days}")}
    others = [each["count"] for each in evidence["excluded"] if each["reason"] in ("later", "not_yet")]
    assert sum(others) == len(opened - counted)


def test_a_name_that_is_not_there_is_refused_by_the_library_too(demo: Home) -> None:
    with pytest.raises(UsageError, match="did you mean 'solve-once'"):
        told(demo, "solve-onc")


@pytest.mark.parametrize("name", [*KEY_RESULTS, "answer-sooner"])
def test_a_story_fits_its_terminal(demo: Home, name: str) -> None:
    found = story(demo, name)
    widest = {columns: max(map(len, printed(found, columns))) for columns in (60, 80, 110)}
    assert all(longest <= columns for columns, longest in widest.items()), widest
