"""The worked objectives in data/examples/ mean something on the demo desk."""

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import DEMO_DAY, ask, build, new_home, put

from okr_analytics.home import CHECKOUT, Home
from okr_analytics.okr.defining.definitions import Definitions, KeyResult
from okr_analytics.okr.defining.reading import read_definitions

EXAMPLES = CHECKOUT / "data" / "examples"
FILES = sorted(EXAMPLES.glob("*.yaml"))

ALONE = "key result; two to five can be steered by"
POINTS = "if points are meant write"
WARNED = {
    "app-support": [ALONE],
    "autonomy": [],
    "backlog": [],
    "cart-abandonment": [ALONE, POINTS],
    "customer-feedback": [POINTS],
    "deliveries": [ALONE],
    "friendly-replies": [ALONE],
    "information-search": [ALONE],
    "ivr-to-chatbot": [ALONE],
    "more-feedback": [],
    "out-of-hours": [ALONE],
    "replies": [ALONE],
    "resolution": [],
    "satisfied-customers": [ALONE],
    "service-score": [ALONE],
    "sooner-and-happier": [ALONE, ALONE],
    "unresolved": [ALONE],
    "waiting-time": [],
}
"""The list that the examples are taken from gives many an objective one key result only."""


def furnished(home: Home) -> Home:
    """The demo desk as its people wrote it, without objectives."""
    for name in ("desk.yaml", "kpis.yaml"):
        put(home, name, (CHECKOUT / "data" / name).read_bytes())
    return home


@pytest.fixture
def desk(home: Home) -> Home:
    """A new demo desk."""
    return furnished(home)


@pytest.fixture(scope="module")
def scored(demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The answers about all worked objectives, and what they rest on, on the demo desk with what its people said."""
    made = furnished(new_home(tmp_path_factory.mktemp("examples"), "Europe/Madrid"))
    shutil.copytree(demo.exports, made.exports, dirs_exist_ok=True)
    shutil.copytree(demo.landing, made.landing)  # the same exports need no second reading
    shutil.copytree(EXAMPLES / "checkins", made.exports / "checkins", dirs_exist_ok=True)
    for path in FILES:
        shutil.copy(path, made.okrs)
    kpis = {each.kpi.kpi_id for each in read_definitions(made).scored if each.kpi}
    assert build(made, "okr.pace", "okr.objective_attainment", as_of=DEMO_DAY, kpis=kpis, is_checked=True) == {}
    return made


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def example(desk: Home, request: pytest.FixtureRequest) -> tuple[Home, Path]:
    """The demo desk with one file of worked objectives, and its check-ins where the exports belong."""
    path: Path = request.param
    shutil.copy(path, desk.okrs)
    shutil.copytree(EXAMPLES / "checkins", desk.exports / "checkins")
    return desk, path


def everything(desk: Home) -> Definitions:
    """All worked objectives beside each other, and beside the demo's own."""
    for path in [*FILES, CHECKOUT / "data" / "okrs" / "2026-q3.yaml"]:
        shutil.copy(path, desk.okrs)
    return read_definitions(desk)


def test_each_example_is_read_with_the_warnings_that_it_deserves(example: tuple[Home, Path]) -> None:
    desk, path = example
    warnings = [warning.found for warning in read_definitions(desk).warnings]
    expected = WARNED[path.stem]
    assert len(warnings) == len(expected), warnings
    assert all(part in warning for part, warning in zip(expected, warnings, strict=True)), warnings


def test_no_two_examples_use_one_id_and_every_kind_is_shown(desk: Home) -> None:
    read = everything(desk)
    assert {each.kind for each in read.scored} == {"improve", "reach", "maintain", "milestone", "cadence", "all_of"}
    assert {each.role for each in read.scored} == {"key_result", "guardrail", "part", "outcome"}


RELATIVE = {
    "first-answer-30-percent-sooner": "-0.3",
    "csat-up-by-a-fifth": "0.2",
    "resolution-time-halved": "-0.5",
    "problems-resolved-up-by-half": "0.5",
    "out-of-hours-up-by-a-quarter": "0.25",
    "unresolved-down-40-percent": "-0.4",
    "replies-up-30-percent": "0.3",
    "surveys-up-40-percent": "0.4",
    "comments-up-40-percent": "0.4",
    "search-time-halved": "-0.5",
    "friendly-replies-up-40-percent": "0.4",
    "feedback-answered-20-percent-more": "0.2",
    "waiting-30-percent-shorter": "-0.3",
    "ivr-to-chatbot-up-by-half": "0.5",
    "app-answer-20-percent-sooner": "-0.2",
    "cart-abandonment-down-30-percent": "-0.3",
}
ABSOLUTE = {
    "satisfied-85-percent": "0.85",
    "feedback-within-a-day": "0.95",
    "four-and-a-half-stars": "4.5",
    "service-score-nine": "9",
    "on-time-95-percent": "0.95",
    "survey-run-and-liked.score": "4.5",
}


def test_the_examples_ask_for_what_their_titles_say(desk: Home) -> None:
    def asked(kind: str) -> dict[str, Decimal]:
        named = (RELATIVE if kind == "relative" else ABSOLUTE).keys()
        return {
            each.kr_id: each.target.amount
            for each in everything(desk).scored
            if each.target and each.target.kind == kind and each.kr_id in named
        }

    assert asked("relative") == {name: Decimal(amount) for name, amount in RELATIVE.items()}
    assert asked("absolute") == {name: Decimal(amount) for name, amount in ABSOLUTE.items()}


def test_three_months_inside_six_and_nine_months_are_windows(desk: Home) -> None:
    objectives = {each.objective_id: each for each in everything(desk).objectives}
    inner, outer = objectives["sooner-answers"], objectives["happier-customers"]
    assert (str(inner.window), str(outer.window)) == ("2026-07-01..2026-09-30", "2026-04-01..2026-09-30")
    assert outer.children == ("sooner-answers",)
    assert str(objectives["resolution-halved"].window) == "2026-01-01..2026-09-30"
    assert objectives["first-line-decides"].children == (
        "fewer-needless-escalations", "fewer-knowledge-gaps", "agent-autonomy",
    )  # fmt: skip


def test_every_check_in_is_about_something_that_people_tick(desk: Home) -> None:
    by_id: dict[str, KeyResult] = {each.kr_id: each for each in everything(desk).scored}
    with (EXAMPLES / "checkins" / "checkins-2026-08-24.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["kr_id"] for row in rows} == {
        each.kr_id for each in by_id.values() if each.kind in ("milestone", "cadence")
    }
    for row in rows:
        ticked = by_id[row["kr_id"]]
        assert row["milestone"] in {"", *(each.milestone_id for each in ticked.milestones)}
        assert str(ticked.window.first) <= row["day"] <= "2026-08-24"


def test_every_key_result_part_outcome_and_objective_scores_on_the_demo_desk(scored: Home) -> None:
    read = read_definitions(scored)
    for table, key, ids in (
        ("okr.latest", "kr_id", [each.kr_id for each in read.scored]),
        ("okr.objective_attainment", "objective_id", [each.objective_id for each in read.objectives]),
    ):
        found = ask(
            scored,
            f"select {key} from {table} where as_of_date = date '{DEMO_DAY}' and known_to is null "
            f"and attainment between 0 and 1 and status in ('on_track', 'at_risk', 'off_track') order by 1",
        )
        assert found == [(each,) for each in sorted(ids)]


DONE = {
    "daily-watch": (42, 42 / 46, 1, 46, None),
    "feedback-analysis": (1 / 3, 1 / 3, 1 / 3, 1, "late"),
    "queue-training": (1 / 2, 1 / 2, 1 / 2, 1, None),
    "survey-run-and-liked": (None, 0, 1, 1, None),
    "survey-run-and-liked.run": (1, 1, 1, 1, None),
    "virtual-queue": (3 / 6, 3 / 6, 3 / 6, 2, "late"),
}
"""Value, attainment, expected, n and flag on 24 August, from the check-ins beside the examples.

Daily watch: July has 27 days from Monday to Saturday, August 20 to the 24th, of which the 15th is a holiday; nobody
looked on 9 and 25 July and on 6 and 22 August. Feedback analysis: due on 31 July, ticked on 3 August, weight 1 of 3.
Training: one of two groups, on the day that it was due. Survey: sent, but its mark is under 4.5. Virtual queue: the
provider in time (weight 1), the pilot five days late (2), the rest (3) due in September.
"""


def test_what_people_do_scores_as_their_check_ins_say(scored: Home) -> None:
    found = ask(
        scored,
        f"select kr_id, value, attainment, expected, n, flag from okr.pace "
        f"where as_of_date = date '{DEMO_DAY}' and kr_id in {tuple(DONE)} order by kr_id",
    )
    assert found == [
        (name, *(number if number is None else pytest.approx(number, rel=1e-8) for number in numbers), flag)
        for name, (*numbers, flag) in DONE.items()
    ]


IN_WINDOW, IN_28_DAYS = "between date '2026-07-01' and '2026-08-24'", "between date '2026-07-28' and '2026-08-24'"
OF_IVR = "core.tickets where origin_channel = 'ivr' and channel = 'chatbot'"
PLAIN = {
    "cart-abandonment-down-30-percent": (
        "sum(numerator) / sum(denominator)",
        f"core.observations where metric = 'cart_abandonment' and day {IN_28_DAYS}",
    ),
    "first-answer-30-percent-sooner": (
        "median(epoch(first_response_at) - epoch(opened_at))",
        f"core.tickets where first_response_date {IN_28_DAYS}",
    ),
    "four-and-a-half-stars": ("avg(csat)", f"core.surveys where answered_date {IN_WINDOW}"),
    "ivr-to-chatbot-up-by-half": ("count(*) / 46", f"{OF_IVR} and opened_date {IN_WINDOW}"),
    "service-score-nine": ("avg(value)", f"core.observations where metric = 'service_score' and day {IN_WINDOW}"),
    "surveys-up-40-percent": ("count(*) / 46", f"core.surveys where answered_date {IN_WINDOW}"),
}
"""What one plain query calls the value of 24 August; 46 are the business days of the window so far."""


@pytest.mark.parametrize("name", PLAIN)
def test_a_value_is_what_a_plain_query_says(scored: Home, name: str) -> None:
    what, where = PLAIN[name]
    ((value,),) = ask(scored, f"select value from okr.latest where as_of_date = date '{DEMO_DAY}' and kr_id = '{name}'")
    ((plain,),) = ask(scored, f"select cast({what} as double) from {where}")
    assert value == pytest.approx(plain, rel=1e-8)


def test_what_is_to_be_reached_is_all_or_nothing(scored: Home) -> None:
    """52.1 tickets at the closings against at most 45, 6.1 % reopened against at most 10 %, 3.98 stars against 4.5, and
    a service score of 9.01 against 9."""
    found = ask(
        scored,
        f"select kr_id, round(value, 3), attainment, expected from okr.pace join okr.key_results using (kr_id) "
        f"where as_of_date = date '{DEMO_DAY}' and kind = 'reach' order by kr_id",
    )
    assert found == [
        ("backlog-at-most-45", 52.143, 0, 1),
        ("backlog-not-by-closing-too-soon", 0.061, 1, 1),
        ("four-and-a-half-stars", 3.979, 0, 1),
        ("service-score-nine", 9.009, 1, 1),
        ("survey-run-and-liked.score", 3.979, 0, 1),
    ]
