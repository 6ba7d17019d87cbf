"""Objectives above and below each other, whatever the order of the files; and what is allowed but unwise."""

import itertools
from dataclasses import replace
from datetime import date

import pytest
from conftest import put

from okr_analytics.errors import ConfigurationError
from okr_analytics.home import Home
from okr_analytics.okr.defining.definitions import Objective
from okr_analytics.okr.defining.reading import read_definitions

KEY_RESULTS = """\
    key_results:
      - {id: NAME-1, title: a, kind: reach, kpi: answered_share, target: 85%}
      - {id: NAME-2, title: b, kind: reach, kpi: surveys_csat_mean, target: "4.5"}
"""


def objective(name: str, *lines: str, window: str = "2026-Q3", key_results: str = KEY_RESULTS) -> str:
    """One objective with two key results, and whatever more it says."""
    head = [f"  - id: {name}", f"    title: {name}", f"    window: {window}", "    owner: Ana"]
    return "\n".join([*head, *(f"    {line}" for line in lines), key_results.replace("NAME", name)])


def home_with(home: Home, *objectives: str) -> Home:
    """A home with one file per objective, in that order."""
    for number, each in enumerate(objectives):
        put(home, f"okrs/{number}.yaml", f"objectives:\n{each}")
    return home


def refusals(home: Home) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        read_definitions(home)
    return [str(problem) for problem in refused.value.problems]


def warnings(home: Home) -> list[str]:
    return [str(problem) for problem in read_definitions(home).warnings]


COMPANY = objective("company", key_results="", window="2026-07-01..2026-12-31")
SUPPORT = objective("support", "parent: company", "supports: [people]")
TEAM = objective("team", "parent: support", "weight: 2", window="2026-08")
PEOPLE = objective("people", "level: department", "parent: company", window="2026-Q4")


def test_each_objective_comes_after_those_that_contribute_to_it(home: Home) -> None:
    found = read_definitions(home_with(home, COMPANY, SUPPORT, TEAM, PEOPLE)).objectives
    assert [(each.objective_id, each.children) for each in found] == [
        ("team", ()), ("support", ("team",)), ("people", ()), ("company", ("support", "people")),
    ]  # fmt: skip
    assert [each.weight for each in found] == [2, 1, 1, 1]


@pytest.mark.parametrize("order", list(itertools.permutations((COMPANY, SUPPORT, TEAM, PEOPLE)))[1::5])
def test_the_order_of_the_files_changes_nothing_but_the_order(home: Home, order: tuple[str, ...]) -> None:
    def meaning(each: Objective) -> Objective:
        own = tuple(replace(key_result, file="") for key_result in each.key_results)
        return replace(each, file="", key_results=own, children=tuple(sorted(each.children)))

    shuffled = read_definitions(home_with(home, *order)).objectives
    in_order = read_definitions(home_with(home, COMPANY, SUPPORT, TEAM, PEOPLE)).objectives
    assert {each.objective_id: meaning(each) for each in shuffled} == {
        each.objective_id: meaning(each) for each in in_order
    }
    places = [each.objective_id for each in shuffled]
    assert all(places.index(child) < places.index(each.objective_id) for each in shuffled for child in each.children)


@pytest.mark.parametrize(
    ("objectives", "found"),
    [
        (
            [objective("a"), objective("b", "parent: c")],
            "okrs/1.yaml:6: no objective 'c'; known: a",
        ),
        (
            [objective("support"), objective("b", "supports: suport")],
            "okrs/1.yaml:6: no objective 'suport'; did you mean 'support'?",
        ),
        (
            [objective("a", "parent: a")],
            "okrs/0.yaml:6: 'a' cannot be above itself; leave 'parent' out",
        ),
        (
            [objective("a", "supports:", "  - a")],
            "okrs/0.yaml:7: 'a' cannot be above itself; leave 'supports' out",
        ),
        (
            [objective("a"), objective("b", "parent: a", "supports: [a]")],
            "okrs/1.yaml:7: 'a' is its parent already; leave it out of 'supports'",
        ),
        (
            [objective("a", "parent: b"), objective("b", "parent: a")],
            "okrs/0.yaml:6: a -> b -> a: nothing can be above itself; leave one of these out",
        ),
        (
            [objective("x", "parent: a"), objective("c", "supports: [a]"), objective("b", "parent: c"),
             objective("a", "why: because", "supports: [b]")],
            "okrs/3.yaml:7: a -> b -> c -> a: nothing can be above itself; leave one of these out",
        ),
        (
            [objective("a"), objective("b", "parent: a", window="2026-07-01..2026-10-01")],
            "okrs/1.yaml:4: the window 2026-07-01..2026-10-01 is not inside 2026-07-01..2026-09-30 of its parent",
        ),
        (
            [objective("a", key_results="")],
            "okrs/0.yaml:2: 'a' has nothing to measure it by; add key_results, or objectives that say 'parent: a'",
        ),
        (
            [objective("a"), objective("b").replace("id: b\n", "id: a\n")],
            "okrs/1.yaml:2: the id 'a' is used already at okrs/0.yaml:2; choose another",
        ),
        (
            [objective("a"), objective("b").replace("id: b-1", "id: a-1")],
            "okrs/1.yaml:7: the id 'a-1' is used already at okrs/0.yaml:7; choose another",
        ),
        (
            [objective("a"), objective("b").replace("id: b-1", "id: a")],
            "okrs/1.yaml:7: the id 'a' is used already at okrs/0.yaml:2; choose another",
        ),
    ],
)  # fmt: skip
def test_a_cascade_that_cannot_be_is_refused_at_its_line(home: Home, objectives: list[str], found: str) -> None:
    (only,) = refusals(home_with(home, *objectives))
    assert only.startswith(found)


def test_support_may_outlast_what_it_supports(home: Home) -> None:
    outlasting = objective("b", "supports: a", window="2026-07-01..2026-12-31")
    found = read_definitions(home_with(home, objective("a"), outlasting)).objectives
    assert [(each.objective_id, each.children) for each in found] == [("a", ()), ("b", ())]


def test_what_a_broken_file_would_have_defined_is_not_missed(home: Home) -> None:
    put(home, "okrs/broken.yaml", "objectives: 5\n")
    (only,) = refusals(home_with(home, objective("b", "parent: c"), objective("d", key_results="")))
    assert only.startswith("okrs/broken.yaml:1: ")


def test_other_problems_are_named_with_those_of_the_cascade(home: Home) -> None:
    broken = objective("b", "parent: c").replace("85%", "185%")
    assert [each.split(":")[1] for each in refusals(home_with(home, objective("a"), broken))] == ["6", "8"]


TWO = KEY_RESULTS.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("objectives", "found"),
    [
        ([objective("a", key_results="".join(TWO[:2]))], ["okrs/0.yaml:2: warning: 'a' has 1 key result; two to five"]),
        (
            [objective("a", key_results=KEY_RESULTS + "".join(
                f"      - {{id: more-{number}, title: a, kind: reach, kpi: answered_share, target: 85%}}\n"
                for number in range(4)
            ))],
            ["okrs/0.yaml:2: warning: 'a' has 6 key results; two to five"],
        ),
        (
            [objective("a", key_results=""), objective("b", "parent: a")],
            ["okrs/0.yaml:2: warning: 'a' has 0 key results; two to five"],
        ),
        ([objective("a", key_results=""), objective("b", "parent: a"), objective("c", "parent: a")], []),
        (
            [objective("a").replace("    owner: Ana\n", "")],
            ["okrs/0.yaml:2: warning: 'a' has no owner; add 'owner:' and who answers for it"],
        ),
        (
            [objective("a").replace(", target: 85%", "").replace(', target: "4.5"', "")],
            ["okrs/0.yaml:2: warning: 'a' has only drafts; nothing is scored until a key result has a target"],
        ),
        ([objective("a").replace(", target: 85%", "")], []),
        (
            [objective("a").replace("85%", "85%, guardrail: true").replace('"4.5"', '"4.5", guardrail: true')],
            ["okrs/0.yaml:2: warning: 'a' has only guardrails, which weigh nothing; take 'guardrail' from what is"],
        ),
        ([objective("a").replace("85%", "85%, guardrail: true")], []),
        (
            [objective("a", key_results="    key_results:\n"
                "      - {id: m, title: m, kind: milestone, milestones: [{id: in-use, title: In use}]}\n"
                "      - {id: c, title: c, kind: cadence, every: week}\n")],
            [],
        ),
    ],
)  # fmt: skip
def test_what_is_unwise_is_warned_about_and_stops_nothing(home: Home, objectives: list[str], found: list[str]) -> None:
    said = warnings(home_with(home, *objectives))
    assert len(said) == len(found), said
    assert all(each.startswith(expected) for each, expected in zip(said, found, strict=True)), said


FIVE = "+5% of a share is 5 % of the baseline, not 5 points; if points are meant write +5pp"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("baseline: 2026-Q2, target: +5%", [FIVE]),
        ("baseline: 80%, target: +5 %", [FIVE]),
        ("baseline: 80%, target: +5pp", []),
        ("baseline: 2026-Q2, target: 85%", []),
        ("baseline: 2026-Q2, target: +60%", []),
        ("baseline: 70%, target: +40%", []),
    ],
)  # fmt: skip
def test_percent_that_could_be_points_is_asked_about(home: Home, written: str, said: list[str]) -> None:
    text = objective("a").replace("kind: reach, kpi: answered_share, target: 85%", f"kpi: answered_share, {written}")
    assert warnings(home_with(home, text)) == [f"okrs/0.yaml:7: warning: {each}" for each in said]


FOURTEEN = (
    "answered_share", "surveys_csat_mean", "surveys_nps_mean", "surveys_positive_share", "first_contact_share",
    "sla_resolution_share", "sla_first_response_share", "autonomy_share", "survey_response_share",
    "surveys_friendly_share", "surveys_felt_heard_share", "documented_share", "bot_resolved_share",
    "feedback_answered_share",
)  # fmt: skip


def many(count: int, window: str) -> list[str]:
    """An objective per pair of KPIs."""
    return [
        objective(f"o{number}", window=window)
        .replace("answered_share, target: 85%", f"{first}, target: 1")
        .replace('surveys_csat_mean, target: "4.5"', f"{second}, target: 1")
        for number, (first, second) in enumerate(zip(FOURTEEN[:count:2], FOURTEEN[1:count:2], strict=True))
    ]


def test_more_than_twelve_kpis_at_a_time_are_too_many(home: Home) -> None:
    (only,) = warnings(home_with(home, *many(14, "2026-Q3")))
    assert only == (
        "okrs/6.yaml:7: warning: 14 KPIs are steered by on 2026-07-01; nobody can watch more than 12: "
        "choose the ones that matter, or move windows"
    )


@pytest.mark.parametrize("count", [2, 12])
def test_twelve_kpis_are_not_too_many(home: Home, count: int) -> None:
    assert warnings(home_with(home, *many(count, "2026-Q3"))) == []


def test_fourteen_kpis_one_after_the_other_are_not_too_many(home: Home) -> None:
    early, late = many(14, "2026-Q3"), many(14, "2026-Q4")
    assert warnings(home_with(home, *early[:6], late[6])) == []
    assert date(2026, 10, 1) in {each.window.first for each in read_definitions(home).objectives}
