"""The worked objectives in data/examples/ mean something on the demo desk."""

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import put

from okr_analytics.home import CHECKOUT, Home
from okr_analytics.okr.definitions import Definitions, KeyResult
from okr_analytics.okr.reading import read_definitions

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


@pytest.fixture
def desk(home: Home) -> Home:
    """The demo desk as its people wrote it, without objectives."""
    for name in ("desk.yaml", "kpis.yaml"):
        put(home, name, (CHECKOUT / "data" / name).read_bytes())
    return home


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
