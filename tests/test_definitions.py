"""What people may write in okrs/*.yaml: every rule refuses with file, line, what was found and the mend."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from conftest import put

from okr_analytics.errors import ConfigurationError
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.okr.defining.definitions import Milestone
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.targets import Target
from okr_analytics.okr.defining.written import json_schema

FILE = """\
objectives:
  - id: o
    title: o
    owner: Ana
    window: 2026-Q3
    key_results:
      - id: a
        title: a
        kpi: first_response_calendar_median
        baseline: 45 min
        target: -30%
      - id: b
        title: b
        kind: reach
        kpi: answered_share
        target: 85%
"""

KINDS = """\
objectives:
  - id: o
    title: Waiting is worth it
    owner: Ana
    window: 2026-07-06..2026-09-30
    outcome: {kpi: surveys_csat_mean, baseline: "4.18", target: "4.5"}
    key_results:
      - id: phased
        title: First answers
        kpi: first_response_calendar_median
        baseline: 45 min
        target: -30%
        phases: {2026-09-30: 100%, 2026-08-01: 20%}
        effective_from: 2026-08-01
      - id: kept
        title: Every week
        kind: maintain
        kpi: answered_share
        target: 95%
        required: 90%
        each: week
      - id: steady
        title: Neither hasty nor slow
        kind: reach
        kpi: handle_time_median
        within: [5 min, 15 min]
      - id: queue
        title: A virtual queue
        kind: milestone
        window: 2026-08-01..2026-09-30
        milestones:
          - {id: chosen, title: Chosen, due: 2026-08-31}
          - {id: live, title: Live, weight: 2}
      - id: watch
        title: Somebody looks every day
        kind: cadence
        every: business day
      - id: survey
        title: Run and scored
        kind: all_of
        parts:
          - {id: run, kind: milestone, milestones: [{id: sent, title: Sent}]}
          - {kind: reach, kpi: surveys_csat_mean, target: "4.5", title: Scored}
"""


def refusals(home: Home, text: str) -> list[str]:
    """Every problem that the reader names, as messages."""
    put(home, "okrs/o.yaml", text)
    with pytest.raises(ConfigurationError) as refused:
        read_definitions(home)
    return [str(problem) for problem in refused.value.problems]


def test_a_good_file_is_read(home: Home) -> None:
    put(home, "okrs/o.yaml", FILE)
    assert [each.kr_id for each in read_definitions(home).key_results] == ["a", "b"]
    assert read_definitions(home).warnings == ()


def test_each_kind_means_what_was_written(home: Home) -> None:
    put(home, "okrs/o.yaml", KINDS)
    (objective,) = read_definitions(home).objectives
    phased, kept, steady, queue, watch, survey = objective.key_results
    assert (phased.over, phased.min_n, phased.baseline_value) == ("28d", 1, 2700)
    assert phased.phases == ((date(2026, 8, 1), Decimal("0.2")), (date(2026, 9, 30), Decimal(1)))
    assert (phased.effective_from, phased.where) == (date(2026, 8, 1), "okrs/o.yaml:8")
    assert (kept.grain, kept.over, kept.required, kept.unit) == ("week", "week", Decimal("0.9"), "share")
    assert (steady.target, steady.direction, steady.over) == (Target("within", 300, 900), None, "window")
    assert queue.milestones == (
        Milestone("chosen", "Chosen", date(2026, 8, 31), Decimal(1)),
        Milestone("live", "Live", date(2026, 9, 30), Decimal(2)),
    )
    assert (watch.grain, watch.kpi, watch.unit) == ("day", None, "days")
    assert [(each.kr_id, each.role, each.part_of, each.title) for each in survey.parts] == [
        ("survey.run", "part", "survey", "Run and scored"),
        ("survey.2", "part", "survey", "Scored"),
    ]
    assert [each.window.first for each in (*survey.parts, queue)] == [
        date(2026, 7, 6), date(2026, 7, 6), date(2026, 8, 1),
    ]  # fmt: skip
    assert [each.kr_id for each in objective.scored()] == [
        "phased", "kept", "steady", "queue", "watch", "survey.run", "survey.2", "survey", "o.outcome",
    ]  # fmt: skip
    assert objective.outcome is not None
    assert (objective.outcome.role, objective.outcome.title) == ("outcome", "Waiting is worth it")
    assert (objective.outcome.baseline_value, objective.outcome.weight) == (Decimal("4.18"), 0)


def test_a_cadence_of_weeks_a_draft_a_guardrail_and_a_sentence_as_outcome(home: Home) -> None:
    text = KINDS.replace("business day", "week").replace("        target: 95%\n", "        guardrail: true\n")
    put(home, "okrs/o.yaml", text.replace('{kpi: surveys_csat_mean, baseline: "4.18", target: "4.5"}', "Calm"))
    (objective,) = read_definitions(home).objectives
    by_id = {each.kr_id: each for each in objective.key_results}
    assert by_id["watch"].grain == "week"
    assert (by_id["kept"].is_draft, by_id["kept"].role, by_id["kept"].weight) == (True, "guardrail", 0)
    assert objective.outcome is None


def test_what_neither_is_better_takes_a_stated_direction(home: Home) -> None:
    put(home, "okrs/o.yaml", KINDS.replace("within: [5 min, 15 min]", "target: 15 min\n        direction: lower"))
    steady = read_definitions(home).key_results[2]
    assert (steady.direction, steady.target) == ("lower", Target("absolute", Decimal(900)))


@pytest.mark.parametrize(
    ("each", "window"),
    [("week", "2026-07-06..2026-07-12"), ("month", "2026-07-31..2026-08-31"), ("day", "2026-07-07..2026-07-07")],
)
def test_one_whole_period_is_enough_to_maintain_something(home: Home, each: str, window: str) -> None:
    put(home, "okrs/o.yaml", KINDS.replace("each: week", f"each: {each}\n        window: {window}"))
    assert read_definitions(home).key_results[1].grain == each


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        ("calendar_median", "calender_median", 9, "did you mean 'first_response_calendar_median'"),
        ("-30%", "95 min", 11, "better when lower, but its target 95 min is not below its baseline 45 min"),
        ("-30%", "+30%", 11, "goes the other way"),
        ("-30%", "45", 11, "write it like 45 min"),
        ("45 min", "0 min", 11, "goes nowhere"),
        ("45 min", "2026-Q5", 10, "is no period"),
        ("45 min", "2026-Q3", 10, "ends no earlier than the window"),
        ("45 min", "2026-06-30..2026-04-01", 10, "ends before it begins"),
        ("        baseline: 45 min\n", "", 7, "needs a baseline"),
        ("85%", "+5pp", 16, "kind reach has no baseline that +5pp could be taken from; write a value"),
        ("85%", "185%", 16, "outside the range"),
        ("kind: reach", "kind: raech", 14, "kind: no 'raech'; did you mean 'reach'?"),
        ("        target: 85%", "        target: 85%\n        where: {chanel: [email]}", 17, "did you mean 'channel'"),
        ("        target: 85%", "        target: 85%\n        over: fortnight", 17, "is no span"),
        ("        target: 85%", "        target: 85%\n        window: 2026-Q4", 17, "not inside the objective's"),
        ("        target: 85%", "        target: 85%\n        direction: lower", 17, "leave 'direction' out"),
        (
            "        target: 85%",
            "        target: 85%\n        baseline: 50%",
            17,
            "kind reach takes no 'baseline'; leave it out",
        ),
        (
            "        target: 85%",
            "        target: 85%\n        weight: 0",
            17,
            "weight: 0 is too little; write a",
        ),
        (
            "        target: 85%",
            "        target: 85%\n        tarjet: 85%",
            17,
            "unknown key 'tarjet'; did you mean 'target'",
        ),
        ("kpi: answered_share", "kpi: tickets_opened_count", 15, "add 'direction: higher' or 'lower'"),
        ("id: b", "id: a", 12, "is used already at okrs/o.yaml:7"),
        ("window: 2026-Q3", "window: 2026-09-30..2026-07-01", 5, "ends before it begins"),
        ("85%", "yes", 16, "'True' is no value"),
        (
            "        target: 85%",
            "        target: 85%\n        where: {channel: []}",
            17,
            "channel: nothing is in it",
        ),
        ("        target: 85%", "        target: 85%\n        weight: .inf", 17, "finite number"),
        ("window: 2026-Q3", "window: 2026-13-45", 5, "is no period"),
        ("window: 2026-Q3", "window: 2026-Q3\n    ? [a, b]\n    : c", 6, "a key is a word"),
        ("    title: o\n", "", 2, "'title' is missing"),
        ("    title: o\n", "    title: o\n    title: p\n", 4, "'title' is given twice"),
        ("window: 2026-Q3", "window: &w 2026-Q3\n    why: *w", 6, "aliases"),
        ("objectives:", "objectives: [", 2, "no valid YAML"),
    ],
)
def test_a_wrong_definition_is_refused_at_its_line(home: Home, old: str, new: str, line: int, found: str) -> None:
    assert old in FILE
    problems = refusals(home, FILE.replace(old, new, 1) if old != "id: b" else FILE.replace(old, new))
    assert any(problem.startswith(f"okrs/o.yaml:{line}: ") and found in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        # what a kind takes and needs
        ("        kpi: first_response_calendar_median\n", "", 8, "needs a KPI to be measured by; write kpi: and an id"),
        ("kind: cadence", "kind: cadence\n        kpi: answered_share", 37, "cadence takes no 'kpi'; leave it out"),
        ("kind: cadence", "kind: cadence\n        target: 95%", 37, "it goes with kind improve, reach, maintain"),
        ("each: week", "each: week\n        over: 28d", 22, "kind maintain takes no 'over'; leave it out"),
        ("each: week", "each: week\n        phases: {2026-08-01: 20%}", 22, "maintain takes no 'phases'; leave it out"),
        ("required: 90%", "baseline: 90%", 20, "kind maintain takes no 'baseline'; leave it out"),
        ("baseline: 45 min", "within: [20 min, 40 min]", 11, "kind improve takes no 'within'; leave it out"),
        (
            "kind: reach\n        kpi: h",
            "kind: reach\n        required: 90%\n        kpi: h",
            25,
            "goes with kind maintain",
        ),
        ("        every: business day\n", "", 34, "needs how often it is to be done; write every: business day"),
        ("every: business day", "every: month", 37, "every: no 'month'; known: business day, week"),
        # a target, or from and to
        (
            "within: [5",
            "target: 9 min\n        within: [5",
            27,
            "'target' and 'within' are two answers to one question",
        ),
        ("[5 min, 15 min]", "[15 min, 5 min]", 26, "15 min is not below 5 min; write the smaller one first"),
        ("[5 min, 15 min]", "[5 min]", 26, "within: write from and to, like [20 min, 40 min]"),
        ("[5 min, 15 min]", "15 min", 26, "within: write from and to, like [20 min, 40 min]"),
        ("[5 min, 15 min]", "[5, 15]", 26, "write it like 45 min"),
        ("within: [5 min, 15 min]", "target: 15 min", 25, "neither better high nor low; add 'direction: higher'"),
        ("target: 95%", "target: -5%", 19, "kind maintain has no baseline that -5% could be taken from; write a value"),
        ("target: 95%", "within: [95%, 105%]", 19, "outside the range of answered_share (from 0 to 1)"),
        # what is maintained
        ("required: 90%", "required: 0%", 20, "asks for nothing; write a share above 0%"),
        ("required: 90%", "required: 90", 20, "90 is more than the whole; write a share from 0% to 100%"),
        ("required: 90%", "required: most", 20, "'most' is no share; write it like 90%"),
        ("each: week", "each: quarter", 21, "each: no 'quarter'; known: day, month, week"),
        ("each: week", "each: month\n        window: 2026-07-06..2026-08-30", 21, "holds no whole month to look at"),
        ("        each: week\n", "        window: 2026-07-07..2026-07-18\n", 21, "holds no whole week to look at"),
        # phases, and when a changed target applies
        ("2026-08-01: 20%", "2026-10-01: 20%", 13, "2026-10-01 is outside the window 2026-07-06..2026-09-30"),
        ("2026-08-01: 20%", "August: 20%", 13, "'August' is no day; write it like 2026-08-31"),
        ("{2026-09-30: 100%", "{2026-09-30: 10%", 13, "10% by 2026-09-30 is less than 20% by 2026-08-01"),
        ("from: 2026-08-01", "from: 2026-07-05", 14, "2026-07-05 is outside the window 2026-07-06..2026-09-30"),
        ("from: 2026-08-01", "from: 2026-10-01", 14, "2026-10-01 is outside the window"),
        ("from: 2026-08-01", "from: 1 August", 14, "'1 August' is no day"),
        # milestones
        ("due: 2026-08-31", "due: 2026-07-31", 32, "due on 2026-07-31, outside the window 2026-08-01..2026-09-30"),
        ("due: 2026-08-31", "due: 31/08/2026", 32, "'31/08/2026' is no day"),
        ("due: 2026-08-31", "due: 2026-08-32", 32, "'2026-08-32' is no day"),
        ("id: live", "id: chosen", 33, "the milestone 'chosen' is there already; give this one another id"),
        ("id: live", "id: to live", 33, "id: 'to live': write letters, digits, - and _"),
        ("weight: 2", "weight: 0", 33, "weight: 0 is too little"),
        # parts
        ("- {kind: reach, kpi: s", "- {id: run, kind: reach, kpi: s", 43, "the part 'run' is there already"),
        ("{id: run, kind", '{id: "2", kind', 43, "the part '2' is there already"),
        ("{kind: reach, kpi: surveys_csat_mean", "{kind: all_of, kpi: surveys_csat_mean", 43, "of any kind but all_of"),
        ("milestones: [{id: sent, title: Sent}]}", "every: week}", 42, "milestone takes no 'every'; leave it out"),
        ('target: "4.5", title: Scored', 'target: "45"', 43, "outside the range of surveys_csat_mean (from 1 to 5)"),
        ("{kind: reach, kpi: surveys_csat_mean", "{kind: reach, kpi: surveys_csat_meen", 43, "did you mean"),
        (
            "          - {id: run, kind: milestone, milestones: [{id: sent, title: Sent}]}\n",
            "",
            41,
            "needs parts: two or",
        ),
        # the objective's own outcome
        ('target: "4.5"}', 'target: "4.1"}', 6, "its target 4.1 is not above its baseline 4.18"),
        ('target: "4.5"}', "target: +20%}", 6, "+20% from 4.18 is outside the range of surveys_csat_mean"),
        ('baseline: "4.18", ', "", 6, "kind improve needs a baseline"),
        (
            "{kpi: surveys_csat_mean,",
            "{kpi: surveys_csat_mean, kind: cadence,",
            6,
            "no 'cadence'; known: improve, maintain",
        ),
    ],
)
def test_each_kind_is_held_to_its_own_rules(home: Home, old: str, new: str, line: int, found: str) -> None:
    assert KINDS.count(old) == 1
    problems = refusals(home, KINDS.replace(old, new))
    assert any(problem.startswith(f"okrs/o.yaml:{line}: ") and found in problem for problem in problems), problems


def test_what_a_kind_does_not_take_hides_no_other_mistake(home: Home) -> None:
    spoilt = KINDS.replace("required: 90%", "required: 0%\n        over: fortnight\n        baseline: 2026-Q9")
    assert refusals(home, spoilt) == [
        "okrs/o.yaml:20: required: 0% asks for nothing; write a share above 0%",
        "okrs/o.yaml:21: kind maintain takes no 'over'; leave it out (it goes with kind improve, reach)",
        "okrs/o.yaml:22: kind maintain takes no 'baseline'; leave it out (it goes with kind improve)",
    ]


def test_all_problems_of_all_files_are_named_at_once(home: Home) -> None:
    put(home, "okrs/other.yaml", "objectives: 5\n")
    problems = refusals(home, FILE.replace("-30%", "+30%").replace("85%", "185%"))
    assert len(problems) == 3


@pytest.mark.parametrize(("kept", "count"), [(1, 1), (2, 0)])
def test_fewer_than_two_key_results_are_a_warning(home: Home, kept: int, count: int) -> None:
    put(home, "okrs/o.yaml", "\n".join(FILE.splitlines()[: 6 + 5 * kept]) + "\n")
    warnings = read_definitions(home).warnings
    assert len(warnings) == count
    assert all("two to five" in str(warning) and warning.is_warning for warning in warnings)


def test_a_file_that_is_no_utf8_is_refused(home: Home) -> None:
    put(home, "okrs/o.yaml", FILE.replace("title: o", "title: satisfacción"), "latin-1")
    with pytest.raises(ConfigurationError, match="save the file as UTF-8"):
        read_definitions(home)


def test_the_schema_that_editors_complete_by_is_current() -> None:
    shipped = CHECKOUT / "data" / "okrs" / "okr.schema.json"
    assert shipped.read_text(encoding="utf-8") == json_schema()
    assert "key_results" in json.dumps(json.loads(json_schema()))


@pytest.mark.parametrize("path", sorted((CHECKOUT / "data" / "okrs").glob("*.yaml")), ids=lambda path: path.name)
def test_the_demo_objectives_are_valid(home: Home, path: Path) -> None:
    put(home, f"okrs/{path.name}", path.read_bytes())
    objectives = read_definitions(home).objectives
    assert len(objectives) == len(yaml.safe_load(path.read_text(encoding="utf-8"))["objectives"])
    assert all(2 <= len(each.key_results) <= 5 for each in objectives)
