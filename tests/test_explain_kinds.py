"""okr explain: every kind of key result, every status and flag, objectives and revisions. Worked out by hand."""

from datetime import date, datetime

import pytest
from conftest import csv, new_home, put, ticket
from stories import answer, told
from template_homes import Templates
from test_explain import OKR

from okr_analytics.explain.words import FLAGS
from okr_analytics.home import Home

PEOPLE = """\
objectives:
  - id: whole
    title: The desk is loved
    owner: Ana
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: kept, title: Answered within the hour, kind: maintain, kpi: first_response_calendar_share_within_1h,
         target: 50%, required: 50%}
      - id: plan
        title: The new tool is in use
        kind: milestone
        milestones:
          - {id: chosen, title: Chosen, due: 2026-03-06}
          - {id: pilot, title: Pilot done, due: 2026-03-13, weight: 2}
          - {id: used, title: Everybody uses it}
      - {id: look, title: Look at the queue, kind: cadence, every: week}
      - id: survey
        title: Asked and heard
        kind: all_of
        parts:
          - {title: Asked, kind: milestone, milestones: [{id: sent, title: Sent, due: 2026-03-10}]}
          - {id: heard, title: All is answered, kind: reach, kpi: answered_share, target: 100%}
      - {id: guard, title: Nothing is escalated, kind: reach, kpi: escalated_share, target: 0%, guardrail: true}
    outcome: {title: All is answered at once, kind: reach, kpi: answered_share, target: 100%}
  - id: below
    title: Sooner
    owner: Ion
    window: 2026-03-01..2026-03-31
    parent: whole
    weight: 2
    key_results:
      - {id: open, title: Not decided yet, kpi: first_response_calendar_median, baseline: 2 h}
      - {id: held, title: Stay good, kpi: answered_share, baseline: 2026-02, target: 10%}
      - {id: waiting, title: From March, kpi: answered_share, baseline: 2026-03-01..2026-03-25, target: 90%}
      - {id: later, title: Begins later, kpi: answered_share, baseline: 10%, target: 90%,
         window: 2026-03-24..2026-03-31}
      - {id: closed, title: Was over early, kpi: answered_share, baseline: 10%, target: 90%,
         window: 2026-03-01..2026-03-10}
      - {id: new, title: Since March, kpi: answered_share, baseline: 2026-03-01..2026-03-10, target: 90%}
      - {id: unknown, title: From a year ago, kpi: answered_share, baseline: 2025-02, target: 90%}
      - {id: nothing, title: From nothing, kpi: answered_share, baseline: 2026-03-17..2026-03-17, target: +50%}
      - {id: impossible, title: More than all, kpi: answered_share, baseline: 2026-02, target: +10%}
      - {id: missed, title: Was missed early, kind: reach, kpi: answered_share, target: 100%,
         window: 2026-03-15..2026-03-19}
      - {id: between, title: Neither nor, kind: reach, kpi: handle_time_mean, within: [8 min, 12 min]}
"""
CHECKINS = (
    {"kr_id": "plan", "day": "2026-03-05", "milestone": "chosen"},
    {"kr_id": "plan", "day": "2026-03-16", "milestone": "pilot", "author": "Ana", "confidence": 7, "status": "at risk",
     "comment": "Two agents are new"},
    {"kr_id": "survey.1", "day": "2026-03-09", "milestone": "sent"},
    {"kr_id": "look", "day": "2026-03-04"},
)  # fmt: skip


def answered(number: int, day: int, minutes: int | None) -> dict[str, object]:
    """A ticket opened on a day of March (or February 28 + day) and answered after that many minutes."""
    opened = datetime(2026, 3, day, 10) if day > 0 else datetime(2026, 2, 28 + day, 10)
    at = None if minutes is None else f"{opened.replace(hour=10 + minutes // 60, minute=minutes % 60):%FT%TZ}"
    return ticket(f"T{number}", opened_at=f"{opened:%FT%TZ}", first_response_at=at, escalated_at=at)


@pytest.fixture(scope="module")
def people(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Weeks from 2 and 9 March: one quick of two, one slow of one. February: two of two answered."""
    home = templates.copy("empty", new_home, tmp_path_factory.mktemp("told"))
    put(home, "okrs/o.yaml", PEOPLE)
    tickets = [
        answered(1, -10, 30), answered(2, -9, 30), answered(3, 3, 30), answered(4, 4, 90), answered(5, 10, 120),
        answered(6, 17, None),
    ]  # fmt: skip
    put(home, "exports/canonical/tickets-2026-03-25.csv", csv(*tickets))
    put(home, "exports/checkins/said.csv", csv(*CHECKINS))
    assert answer(home) == {}
    return home


def test_what_is_kept_is_told_period_by_period(people: Home) -> None:
    """Weeks inside March that are over by the 20th: from the 2nd (1 of 2 in time) and from the 9th (0 of 1)."""
    formula = told(people, "kept")["formula"]
    assert formula["said"] == [
        "Wanted in each of the weeks: at least 50.0 %.",
        "1 of 2 weeks complied = 50.0 %; 50 % are required: reached.",
        "In the whole window 2.0 weeks may fail; 1 did: 50 % of that is used up.",
    ]
    assert formula["periods"] == [
        {"first_day": "2026-03-02", "last_day": "2026-03-08", "value": 0.5, "n": 2, "complied": True},
        {"first_day": "2026-03-09", "last_day": "2026-03-15", "value": 0.0, "n": 1, "complied": False},
    ]
    assert told(people, "kept")["evidence"]["said"] == [
        "Looked at: the last closed period, 2026-03-09 to 2026-03-15, the whole desk.",
        "1 ticket counts. 0 of 1 within 1 h = 0.0 %.",
    ]


def test_milestones_are_told_one_by_one(people: Home) -> None:
    story = told(people, "plan")
    assert story["formula"]["said"] == [
        "2 of 3 milestones ticked, weight 3 of 4 = 75 %.",
        "Due by this day: weight 3 of 4 = 75 %.",
    ]
    assert [(each["id"], each["ticked_on"], each["is_late"]) for each in story["formula"]["milestones"]] == [
        ("chosen", "2026-03-05", False), ("pilot", "2026-03-16", True), ("used", None, False),
    ]  # fmt: skip
    assert story["answer"]["said"][1:] == [
        "Some milestone was ticked after it was due.",
        "People see it as at risk, said on 2026-03-16.",
        "Confidence: 7 of 10.",
    ]
    assert [each["comment"] for each in story["check_ins"]["check_ins"]] == ["Two agents are new", None]


def test_a_cadence_names_what_was_missed(people: Home) -> None:
    story = told(people, "look")
    assert story["formula"]["said"] == [
        "A check-in stands on 1 of 2 weeks = 50 %.",
        "The last ones without: the weeks from 2026-03-09.",
    ]
    assert story["formula"]["missed"] == ["2026-03-09"]
    assert "evidence" not in story


def test_all_of_is_told_by_its_parts_and_each_part_by_itself(people: Home) -> None:
    """All was sent; three of the four tickets of March are answered."""
    story = told(people, "survey")
    assert story["formula"]["said"] == ["All must be true: it is as far as the least of them, survey.heard, at 0 %."]
    assert [(each["id"], each["attainment"]) for each in story["formula"]["parts"]] == [
        ("survey.1", 1.0), ("survey.heard", 0.0),
    ]  # fmt: skip
    part = told(people, "survey.heard")
    assert part["definition"]["said"][0] == "A part of survey, a key result of “The desk is loved” (whole)."
    assert part["formula"]["said"][0] == "75.0 % is not at least 100.0 %, 25.0 points away: 0 %."


def test_the_outcome_of_an_objective_has_a_story_of_its_own(people: Home) -> None:
    story = told(people, "whole.outcome")
    assert story["definition"]["said"][0].startswith("The outcome of “The desk is loved” (whole)")
    assert story["status"] == "off_track"


@pytest.mark.parametrize(
    ("name", "status", "why"),
    [
        ("open", "draft", "No target is written yet, so nothing is scored."),
        ("waiting", "baseline_pending",
         "Its baseline is computed from 2026-03-01 to 2026-03-25, and these days are not over."),
        ("closed", "closed_met",
         (
             "Its window ended on 2026-03-10 at 100 %: met (committed, so it succeeds at 100 %)."
             " Provisional until 2026-03-24."
         )),
        ("between", "no_data",
         "The value rests on 0 rows; it takes at least 1. Nobody knows how far it is, and that is not 0."),
    ],
)  # fmt: skip
def test_every_status_says_why(people: Home, name: str, status: str, why: str) -> None:
    story = told(people, name)
    assert (story["status"], story["answer"]["why"]) == (status, why)


@pytest.mark.parametrize(
    ("name", "flag", "baseline"),
    [
        ("new", "baseline_provisional", "(3 rows); it may move until 2026-03-24 and is frozen then."),
        ("unknown", "no_baseline", "2025-02-28 (0 rows): too few rows to compute it from."),
        ("nothing", "zero_baseline", "2026-03-17 (1 row); it may move until 2026-03-31 and is frozen then."),
        ("impossible", "target_out_of_range", "(2 rows), frozen on 2026-03-14. Computed again today it is the same."),
    ],
)
def test_every_flag_is_explained(people: Home, name: str, flag: str, baseline: str) -> None:
    story = told(people, name)
    assert flag in story["answer"]["flags"]
    assert FLAGS[flag] in story["answer"]["said"]
    assert story["formula"]["said"][0].endswith(baseline)


def test_a_day_too_early_to_judge_says_so(people: Home) -> None:
    assert told(people, "held", date(2026, 3, 2))["answer"]["why"] == (
        "Only 2 days of 31 are over; nothing is judged before a tenth of the window is."
    )


def test_a_baseline_that_meets_the_target_is_to_be_held(people: Home) -> None:
    """February: 2 of 2. The 28 days up to 20 March: 3 of 4."""
    story = told(people, "held")
    assert story["answer"]["flags"] == ["target_met_at_baseline"]
    assert story["answer"]["said"][-1].startswith("The baseline meets the target already")
    assert story["formula"]["said"] == [
        (
            "Baseline: 100.0 %, the same KPI from 2026-02-01 to 2026-02-28 (2 rows), frozen on 2026-03-14. "
            "Computed again today it is the same."
        ),
        "Target: 10.0 %, as written.",
        "To be held: 75.0 % is at least 10.0 %: 100 %.",
        "Expected: 100 % on every day.",
    ]


def test_an_objective_is_told_by_its_members(people: Home) -> None:
    """Kept 1, plan 0.75, look 0.5, survey 0: 2.25 / 4. Of the nine below that have begun four are known: too few."""
    story = told(people, "whole")
    assert story["members"]["said"] == [
        "Reached, the weighted mean: (1 × 100 % + 1 × 50 % + 1 × 75 % + 1 × 0 %) / 4 = 56 %.",
        "Of the weight of 6 that has started, 4 is known: coverage 67 %.",
    ]
    assert "It contributes to “The desk is loved” (whole)." in told(people, "below")["definition"]["said"]
    assert told(people, "below")["answer"]["why"] == "Less than 50 % of the weight of its members is known."
    assert [(each["id"], each["relation"], each["weight"]) for each in story["members"]["members"]] == [
        ("kept", "key_result", 1.0), ("look", "key_result", 1.0), ("plan", "key_result", 1.0),
        ("survey", "key_result", 1.0), ("below", "contributes", 2.0), ("guard", "guardrail", 0.0),
        ("whole.outcome", "outcome", 0.0),
    ]  # fmt: skip
    assert "A guardrail is breached: the objective is at risk at best." in story["answer"]["said"]
    assert "Breached: Nothing is escalated." in story["answer"]["said"]


def test_every_revision_is_told_with_its_cause_and_the_reason_given(home: Home) -> None:
    """The baseline is moved from 412 to 500 minutes: (340 - 500) / (350 - 500), before (340 - 412) / (288.4 - 412)."""
    row = ticket(opened_at="2026-03-10T10:00:00Z", first_response_at="2026-03-10T15:40:00Z")
    put(home, "exports/canonical/t-2026-03-25.csv", csv(row))
    one = OKR.split("      - {id: anywhere", maxsplit=1)[0]
    put(home, "okrs/o.yaml", one)
    assert answer(home, now=datetime(2026, 3, 21, 4)) == {}
    changed = one.replace("412 min", "500 min").replace("title: Half", "reason: April was counted twice, title: Half")
    put(home, "okrs/o.yaml", changed)
    assert answer(home, now=datetime(2026, 3, 22, 4)) == {}
    story = told(home, "median")
    assert story["revisions"]["said"] == [
        "Said 2 times; the last time: baseline changed: April was counted twice.",
        (
            "Its definition (okrs/o.yaml) has 2 versions, last on 2026-03-22 04:00 UTC: baseline, text. "
            "Reason given: April was counted twice"
        ),
    ]
    assert [
        (each["cause"], each["known_from"], each["attainment"], each["reason"])
        for each in story["revisions"]["revisions"]
    ] == [
        ("first", "2026-03-21T04:00:00", 0.582524272, None),
        ("rebaseline", "2026-03-22T04:00:00", 1.0, "April was counted twice"),
    ]
    assert story["formula"]["said"][2] == (
        "Reached: (340 min − 500 min) / (350 min − 500 min) = 1.07: more than the whole way, which counts as 100 %."
    )
    assert "April was counted twice" in told(home, "sooner")["revisions"]["said"][0]


def test_old_data_is_called_too_old(home: Home) -> None:
    """Exports end on Tuesday 10 March; the 16th is four business days later."""
    put(home, "okrs/o.yaml", OKR.split("      - {id: anywhere")[0])
    row = ticket(opened_at="2026-03-09T10:00:00Z", first_response_at="2026-03-09T15:40:00Z")
    put(home, "exports/canonical/t-2026-03-10.csv", csv(row))
    assert answer(home, date(2026, 3, 16)) == {}
    story = told(home, "median")
    assert (story["status"], story["answer"]["why"].split(",")[0]) == ("stale", "The data ends on 2026-03-10")
