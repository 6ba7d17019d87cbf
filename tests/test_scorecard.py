"""okr status: objectives above those below them, counted things in words, and what people say beside the status."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from conftest import csv, new_home, publish, put, restate, ticket
from template_homes import Templates
from test_explain import okr
from test_explain_kinds import CHECKINS

from okr_analytics.home import Home

DAY = date(2026, 3, 20)
OKR = """\
objectives:
  - id: whole
    title: The desk is loved
    owner: Ana
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: kept, title: Kept, kind: maintain, kpi: first_response_calendar_share_within_1h, target: 50%,
         required: 90%}
      - id: plan
        title: Plan
        kind: milestone
        milestones: [{id: chosen, title: Chosen, due: 2026-03-06}, {id: pilot, title: Pilot}, {id: used, title: Used}]
      - {id: look, title: Look, kind: cadence, every: week}
      - id: survey
        title: Survey
        kind: all_of
        parts:
          - {title: Sent, kind: milestone, milestones: [{id: sent, title: Sent, due: 2026-03-10}]}
          - {id: heard, title: Heard, kind: reach, kpi: answered_share, target: 100%}
      - {id: guard, title: Calm, kind: reach, kpi: escalated_share, target: 0%, guardrail: true}
    outcome: {title: Heard at once, kind: reach, kpi: answered_share, target: 90%}
  - id: below
    title: Sooner
    window: 2026-03-01..2026-03-31
    parent: whole
    outcome: People are glad
    key_results:
      - {id: half, title: Half, kpi: first_response_calendar_median, baseline: 100 min, target: 50 min}
"""


CARD = """\
As of 2026-03-20  ·  canonical to 2026-03-21

The desk is loved  ■ off track  38%  ·  2026-03-01 to 2026-03-31  ·  Ana  ·  guardrail breached
  key result                        baseline            now  target  ┃ expected today           status
  Kept                                     –   1 of 2 weeks  90.0 %  ███████████────────┃  56%  ■ off track
  Look                                     –   1 of 2 weeks     all  ██████████─────────┃  50%  ■ off track
  Plan                                     –  2 of 3 ticked     all  ██████┃██████───────  67%  ● on track
  people: at risk, confidence 7/10
  Survey                                   –   1 of 2 parts     all  ───────────────────┃   0%  ■ off track
  guardrail: Calm                          –         75.0 %   0.0 %  ───────────────────┃   0%  ■ off track
  outcome: Heard at once                   –         75.0 %  90.0 %  ───────────────────┃   0%  ■ off track

    Sooner  ■ off track  20%  ·  2026-03-01 to 2026-03-31
      outcome: People are glad
      key result       baseline       now    target  ┃ expected today           status
      Half            100.0 min  90.0 min  50.0 min  ████────────┃───────  20%  ■ off track
"""


def answered(number: int, day: int, minutes: int | None) -> dict[str, object]:
    """A ticket opened on a day of March at ten, answered and escalated after that many minutes; null: never."""
    opened = datetime(2026, 3, day, 10)
    at = None if minutes is None else f"{opened.replace(hour=10 + minutes // 60, minute=minutes % 60):%FT%TZ}"
    return ticket(f"T{number}", opened_at=f"{opened:%FT%TZ}", first_response_at=at, escalated_at=at)


def published_desk(folder: Path) -> Home:
    """Weeks from 2 and 9 March: one quick of two, one slow of one; then one without an answer."""
    home = new_home(folder)
    put(home, "okrs/o.yaml", OKR)
    rows = [answered(1, 3, 30), answered(2, 4, 90), answered(3, 10, 120), answered(4, 17, None)]
    put(home, "exports/canonical/tickets-2026-03-25.csv", csv(*rows))
    put(home, "exports/checkins/said.csv", csv(*CHECKINS))
    assert publish(home, DAY, now=datetime(2026, 3, 21, 4)) == {}
    return home


@pytest.fixture(scope="session")
def desk(templates: Templates) -> Home:
    """Such a home; to look at, not to change."""
    return templates.home("scorecard", published_desk)


@pytest.fixture
def desk_copy(templates: Templates, tmp_path: Path) -> Home:
    """The same, to change."""
    return templates.copy("scorecard", published_desk, tmp_path)


def test_an_objective_stands_above_those_below_it(desk: Home) -> None:
    """Half of the weeks, of nine in ten required: 56 %. A median of 90 minutes is a fifth of the way from 100 to 50.
    Of all with weight: (0.556 + 0.5 + 0.667 + 0 + 0.2) / 5 = 0.38."""
    assert okr("status", home=desk).output == CARD


def test_programs_get_the_same_cascade(desk: Home) -> None:
    card = json.loads(okr("status", "--json", home=desk).output)
    assert (card["as_of"], [each["objective_id"] for each in card["objectives"]]) == ("2026-03-20", ["whole"])
    (whole,) = card["objectives"]
    assert [(each["kr_id"], each["role"]) for each in whole["lines"]] == [
        ("kept", "key_result"), ("look", "key_result"), ("plan", "key_result"), ("survey", "key_result"),
        ("guard", "guardrail"), ("whole.outcome", "outcome"),
    ]  # fmt: skip
    assert [each["objective_id"] for each in whole["children"]] == ["below"]


def test_a_restated_number_is_marked_until_the_next_day(desk_copy: Home) -> None:
    """The baseline is moved from 100 to 200 minutes: 110 of 150 done."""
    assert "restated" not in okr("status", home=desk_copy).output
    put(desk_copy, "okrs/o.yaml", OKR.replace("100 min", "200 min"))
    assert restate(desk_copy, now=datetime(2026, 3, 21, 5)) == {}
    (line,) = [each for each in okr("status", home=desk_copy).output.splitlines() if "Half" in each]
    assert "on track restated" in line
    assert publish(desk_copy, date(2026, 3, 21), now=datetime(2026, 3, 22, 4), is_rebuilt=True) == {}
    assert "restated" not in okr("status", home=desk_copy).output


def test_answers_about_days_after_the_published_one_are_left_out(desk_copy: Home) -> None:
    """Published for the 20th, then once more for the 18th."""
    assert publish(desk_copy, date(2026, 3, 18), now=datetime(2026, 3, 21, 5), is_rebuilt=True) == {}
    card = json.loads(okr("status", "--json", home=desk_copy).output)
    (whole,) = card["objectives"]
    assert {each["as_of_date"] for each in (whole, *whole["lines"], *whole["children"])} == {"2026-03-18"}
    (status,) = [json.loads(okr("explain", "half", "--json", home=desk_copy).output)["day"]]
    assert status == "2026-03-18"
