"""Objectives: what their members add up to, and what caps or contradicts it."""

from datetime import date
from decimal import Decimal

import pytest
from scored_by_hand import HALF_WAY, Q3, objective_of

from okr_analytics.home import Home
from okr_analytics.okr.defining.definitions import Objective
from okr_analytics.okr.scoring.rollup import Member, ObjectiveAnswer, roll_up

KEY_RESULT = "- {id: k, title: k, kpi: first_response_calendar_median, baseline: 100 min, target: 50 min}"
HALF = Decimal("0.5")


@pytest.fixture
def objective(home: Home) -> Objective:
    """A committed one, of the third quarter. What it is made of is told by members."""
    return objective_of(home, KEY_RESULT)


def member(
    weight: str, attainment: str | None, status: str = "on_track", expected: str = "0.5", *, is_guardrail: bool = False
) -> Member:
    """A key result's, or a child objective's, part in its objective."""
    known = None if attainment is None else Decimal(attainment)
    return Member(Decimal(weight), status, known, Decimal(expected), is_guardrail)


def guardrail(status: str, attainment: str | None = "1") -> Member:
    """It weighs nothing."""
    return member("0", attainment, status, "1", is_guardrail=True)


DRAFT, NOT_STARTED = member("9", None, "draft"), member("9", None, "not_started")


def test_an_objective_is_the_weighted_mean_of_its_scored_members(objective: Objective) -> None:
    """Weights 2 and 1 at 0.6 and 0.3 give 0.5; a child of weight 1 has no data: 3 of 4 in weight are covered."""
    got = roll_up(objective, HALF_WAY, [member("2", "0.6"), member("1", "0.3"), member("1", None, "no_data")])
    assert got == ObjectiveAnswer("on_track", HALF, HALF, Decimal("0.75"))


def test_expected_is_the_mean_of_those_that_are_scored(objective: Objective) -> None:
    """(3 x 1 + 1 x 0.5) / 4 = 0.875; what is not scored is not expected of anyone."""
    members = [member("3", "0.7", expected="1"), member("1", "0.5"), member("2", None, "no_data", "0")]
    got = roll_up(objective, HALF_WAY, members)
    assert got == ObjectiveAnswer("at_risk", Decimal("0.65"), Decimal("0.875"), Decimal("0.666666667"))


def test_under_half_coverage_nothing_is_said(objective: Objective) -> None:
    under = roll_up(objective, HALF_WAY, [member("1", "0.9"), member("1.1", None, "no_data")])
    assert under == ObjectiveAnswer("no_data", coverage=Decimal("0.476190476"))
    exactly = roll_up(objective, HALF_WAY, [member("1", "0.9"), member("1", None, "no_data")])
    assert exactly == ObjectiveAnswer("on_track", Decimal("0.9"), HALF, HALF)


@pytest.mark.parametrize("idle", [DRAFT, NOT_STARTED])
def test_what_has_not_begun_weighs_nothing(objective: Objective, idle: Member) -> None:
    """However much it will weigh."""
    got = roll_up(objective, HALF_WAY, [member("1", "0.5"), idle])
    assert got == ObjectiveAnswer("on_track", HALF, HALF, Decimal(1))


@pytest.mark.parametrize(
    ("gap", "expected"),
    [("0.4", "on_track"), ("0.399", "at_risk"), ("0.25", "at_risk"), ("0.249", "off_track")],
)
def test_an_objective_goes_by_the_same_thresholds(objective: Objective, gap: str, expected: str) -> None:
    """Expected 0.5; on track to 0.10 behind, at risk to 0.25."""
    assert roll_up(objective, HALF_WAY, [member("1", gap)]).status == expected


EVE, FIRST_DAY = date(2026, 6, 30), date(2026, 7, 1)
PENDING, EARLY = member("1", None, "baseline_pending"), member("1", None, "too_early")
BEHIND, STALE = member("1", "0", "off_track"), member("1", "0", "stale")


@pytest.mark.parametrize(
    ("day", "members", "expected"),
    [
        (EVE, [DRAFT], "draft"),
        (EVE, [DRAFT, NOT_STARTED], "not_started"),
        (Q3.last, [DRAFT], "draft"),
        (Q3.last, [DRAFT, BEHIND], "closed_missed"),
        (Q3.last, [PENDING], "closed_no_data"),
        (Q3.last, [NOT_STARTED], "closed_no_data"),
        (HALF_WAY, [DRAFT, NOT_STARTED], "not_started"),
        (FIRST_DAY, [PENDING], "baseline_pending"),
        (HALF_WAY, [PENDING, NOT_STARTED], "baseline_pending"),
        (HALF_WAY, [PENDING, member("1", None, "no_data")], "no_data"),
        (FIRST_DAY, [BEHIND], "too_early"),
        (FIRST_DAY, [STALE], "too_early"),
        (HALF_WAY, [EARLY, EARLY], "too_early"),
        (HALF_WAY, [EARLY, member("1", None, "no_data")], "no_data"),
        (HALF_WAY, [member("3", None, "no_data"), STALE], "no_data"),
        (HALF_WAY, [member("1", None, "no_data"), STALE], "stale"),
        (HALF_WAY, [STALE, BEHIND], "off_track"),
    ],
)
def test_the_first_status_that_applies_to_its_members_is_the_one(
    objective: Objective, day: date, members: list[Member], expected: str
) -> None:
    assert roll_up(objective, day, members).status == expected


@pytest.mark.parametrize(
    ("ambition", "attainment", "expected"),
    [
        ("committed", "1", "closed_met"),
        ("committed", "0.999", "closed_missed"),
        ("aspirational", "0.7", "closed_met"),
        ("aspirational", "0.699", "closed_missed"),
    ],
)
def test_a_closed_objective_is_met_by_its_ambition(home: Home, ambition: str, attainment: str, expected: str) -> None:
    ambitious = objective_of(home, KEY_RESULT, f"ambition: {ambition}")
    assert roll_up(ambitious, Q3.last, [member("1", attainment)]).status == expected


@pytest.mark.parametrize(
    ("day", "attainment", "breach", "expected"),
    [
        (HALF_WAY, "0.5", "off_track", ("at_risk", ("guardrail_breached",))),
        (HALF_WAY, "0.5", "at_risk", ("at_risk", ("guardrail_breached",))),
        (HALF_WAY, "0.3", "off_track", ("at_risk", ("guardrail_breached",))),
        (HALF_WAY, "0.1", "off_track", ("off_track", ("guardrail_breached",))),
        (Q3.last, "1", "closed_missed", ("closed_missed", ("guardrail_breached",))),
        (Q3.last, "0.9", "closed_missed", ("closed_missed", ("guardrail_breached",))),
        (FIRST_DAY, "0.5", "off_track", ("too_early", ("guardrail_breached",))),
        (HALF_WAY, "0.5", "on_track", ("on_track", ())),
        (HALF_WAY, "0.5", "no_data", ("on_track", ())),
        (HALF_WAY, "0.5", "too_early", ("on_track", ())),
    ],
)
def test_a_breached_guardrail_caps_its_objective(
    objective: Objective, day: date, attainment: str, breach: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    """It never makes it better, and its numbers stay as they are."""
    got = roll_up(objective, day, [member("1", attainment), guardrail(breach)])
    assert (got.status, got.flags) == expected
    assert (got.attainment, got.expected, got.coverage) == (Decimal(attainment), HALF, 1)


def test_a_guardrail_weighs_nothing_whatever_it_scores(objective: Objective) -> None:
    without = roll_up(objective, HALF_WAY, [member("1", "0.5"), member("1", None, "no_data")])
    for each in (guardrail("on_track"), guardrail("no_data", None), guardrail("baseline_pending", None)):
        assert roll_up(objective, HALF_WAY, [member("1", "0.5"), member("1", None, "no_data"), each]) == without


@pytest.mark.parametrize("day", [EVE, HALF_WAY, Q3.last])
def test_an_objective_that_only_guards_is_a_draft(objective: Objective, day: date) -> None:
    """What is to be reached is left open, as where all else is drafts."""
    for members in ([guardrail("on_track")], [DRAFT, guardrail("on_track")]):
        assert roll_up(objective, day, members) == ObjectiveAnswer("draft")


@pytest.mark.parametrize(
    ("day", "attainment", "outcome", "expected"),
    [
        (HALF_WAY, "0.5", "off_track", ("on_track", ("outcome_divergence",))),
        (HALF_WAY, "0.5", "at_risk", ("on_track", ("outcome_divergence",))),
        (Q3.last, "1", "closed_missed", ("closed_met", ("outcome_divergence",))),
        (HALF_WAY, "0.5", "on_track", ("on_track", ())),
        (HALF_WAY, "0.5", "no_data", ("on_track", ())),
        (HALF_WAY, "0.5", None, ("on_track", ())),
        (HALF_WAY, "0.3", "off_track", ("at_risk", ())),
        (Q3.last, "0.9", "closed_missed", ("closed_missed", ())),
    ],
)
def test_members_on_track_beside_an_outcome_that_is_not_diverge(
    objective: Objective, day: date, attainment: str, outcome: str | None, expected: tuple[str, tuple[str, ...]]
) -> None:
    """Where the members are behind themselves, nothing diverges. The outcome changes no status."""
    got = roll_up(objective, day, [member("1", attainment)], outcome)
    assert (got.status, got.flags) == expected


def test_members_on_track_diverge_also_where_a_guardrail_caps_them(objective: Objective) -> None:
    got = roll_up(objective, HALF_WAY, [member("1", "0.5"), guardrail("off_track")], "off_track")
    assert (got.status, got.flags) == ("at_risk", ("outcome_divergence", "guardrail_breached"))
