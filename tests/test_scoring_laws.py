"""Laws of scoring, whatever the numbers: bounds, order, units, and that nothing known scores nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from conftest import put
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scored_by_hand import HALF_WAY, Q3, answer, days_in

from okr_analytics.home import Home
from okr_analytics.newhome import create_home
from okr_analytics.okr.defining.checkins import CheckIn
from okr_analytics.okr.defining.definitions import KeyResult, Objective
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.targets import is_met, raw_progress
from okr_analytics.okr.scoring.attainment import Answer, answers
from okr_analytics.okr.scoring.counting import periods_to_judge
from okr_analytics.okr.scoring.facts import Facts, Measured, period_over, value_over
from okr_analytics.okr.scoring.rollup import Member, roll_up

OBJECTIVE = """
objectives:
  - id: o
    title: Of every kind one
    window: 2026-Q3
    key_results:
      - {id: sink, title: s, kpi: first_response_calendar_median, baseline: 100 min, target: 50 min, min_n: 5}
      - {id: rise, title: r, kpi: surveys_csat_mean, baseline: 2026-Q2, target: 4.5, min_n: 5}
      - {id: most, title: m, kind: reach, kpi: reopened_share, target: 5%, min_n: 5}
      - {id: kept, title: k, kind: maintain, kpi: answered_share, target: 95%, required: 80%, min_n: 5}
      - {id: queue, title: q, kind: milestone, milestones: [{id: a, title: a, due: 2026-07-31},
         {id: b, title: b, weight: 2.5}, {id: c, title: c, due: 2026-08-31, weight: 0.3}]}
      - {id: watch, title: w, kind: cadence, every: business day}
      - {id: all, title: a, kind: all_of, parts: [{id: one, kind: cadence, every: week},
         {id: two, kind: reach, kpi: answered_share, target: 95%},
         {id: three, kpi: answered_share, baseline: 80%, target: 95%}]}
"""
NUMBERS = st.decimals(min_value=0, max_value=10**6, places=2)
SHARES = st.decimals(min_value=0, max_value=1, places=4)
ROWS = st.integers(0, 20)
DAYS = st.sampled_from(days_in(Q3))
GREEN = ("on_track", "at_risk", "closed_met")
law = settings(deadline=None, max_examples=60)


@pytest.fixture(scope="module")
def objective(tmp_path_factory: pytest.TempPathFactory) -> Objective:
    """One with a key result of every kind."""
    home = Home(tmp_path_factory.mktemp("laws") / "home")
    create_home(home, "UTC", None, date(2026, 11, 22))
    (home.okrs / "example.yaml").unlink()
    put(home, "okrs/o.yaml", OBJECTIVE)
    (found,) = read_definitions(home).objectives
    return found


def of_kind(objective: Objective, kr_id: str) -> KeyResult:
    """The key result of that id."""
    return next(each for each in objective.key_results if each.kr_id == kr_id)


def measured(found: KeyResult, value: Decimal | None, n: int = 10, baseline: str | None = None) -> Facts:
    """One value on every day; a computed baseline likewise."""
    assert found.kpi is not None
    spans = {value_over(found): Measured(value, n)}
    if found.baseline_period and baseline:
        spans[period_over(found.baseline_period)] = Measured(Decimal(baseline), 10)
    days = [date(2026, 7, 14), *days_in(Q3)]
    return Facts(
        measured={(found.kpi.kpi_id, found.filter, over): dict.fromkeys(days, each) for over, each in spans.items()}
    )


@law
@given(baseline=NUMBERS, target=NUMBERS, one=NUMBERS, other=NUMBERS)
def test_progress_is_0_at_the_baseline_1_at_the_target_and_monotone(
    baseline: Decimal, target: Decimal, one: Decimal, other: Decimal
) -> None:
    direction = "lower" if target < baseline else "higher"
    assume(not is_met(baseline, target, direction))
    assert raw_progress(baseline, baseline, target) == 0
    assert raw_progress(target, baseline, target) == 1
    better, worse = sorted((one, other), reverse=direction == "higher")
    assert raw_progress(better, baseline, target) >= raw_progress(worse, baseline, target)


@law
@given(baseline=NUMBERS, target=NUMBERS, value=NUMBERS, unit=st.sampled_from([60, 3600, 86400]))
def test_a_change_of_unit_leaves_progress_alone(baseline: Decimal, target: Decimal, value: Decimal, unit: int) -> None:
    assume(not is_met(baseline, target, "lower"))
    in_seconds = raw_progress(value * unit, baseline * unit, target * unit)
    assert in_seconds == raw_progress(value, baseline, target)


@law
@given(one=NUMBERS, other=NUMBERS, day=DAYS)
def test_attainment_is_raw_clipped_and_never_falls_as_the_value_gets_better(
    objective: Objective, one: Decimal, other: Decimal, day: date
) -> None:
    """What should sink, from 6,000 seconds to 3,000."""
    found = of_kind(objective, "sink")
    better, worse = (answer(found, day, measured(found, value)) for value in sorted((one, other)))
    for each in (better, worse):
        assert each.raw is not None
        assert each.attainment == min(max(each.raw, Decimal(0)), Decimal(1))
    assert better.attainment >= worse.attainment  # type: ignore[operator]


@law
@given(value=st.decimals(min_value=1, max_value=5, places=2), baseline=st.sampled_from(["1", "4.49", "4.5", "5"]))
def test_only_at_the_target_or_beyond_it_is_all_attained(objective: Objective, value: Decimal, baseline: str) -> None:
    """CSAT to 4.5, from wherever it was, also from beyond; exactly met is met."""
    found = of_kind(objective, "rise")
    got = answer(found, HALF_WAY, measured(found, value, baseline=baseline))
    assert (got.attainment == 1) == (value >= Decimal("4.5"))
    assert (got.raw is None) == ("target_met_at_baseline" in got.flags) == (Decimal(baseline) >= Decimal("4.5"))


@law
@given(one=SHARES, other=SHARES)
def test_what_is_reached_stays_reached_by_a_better_value(objective: Objective, one: Decimal, other: Decimal) -> None:
    found = of_kind(objective, "most")
    better, worse = (answer(found, HALF_WAY, measured(found, value)).attainment for value in sorted((one, other)))
    assert (better, worse) in ((0, 0), (1, 0), (1, 1))


@law
@given(kr_id=st.sampled_from(["sink", "rise", "most"]), day=DAYS, value=st.none() | SHARES, n=ROWS)
def test_nothing_known_never_scores(objective: Objective, kr_id: str, day: date, value: Decimal | None, n: int) -> None:
    """No value, or one that rests on fewer rows than wanted: no attainment, no raw, and no colour."""
    assume(value is None or n < 5)
    found = of_kind(objective, kr_id)
    got = answer(found, day, measured(found, value, n, baseline="4"))
    assert (got.attainment, got.raw, got.gap) == (None, None, None)
    assert got.status in ("too_early", "no_data", "closed_no_data")


WEEK = st.tuples(st.none() | SHARES, ROWS)


@law
@given(weeks=st.lists(WEEK, min_size=12, max_size=12), day=DAYS)
def test_a_maintain_is_the_share_of_the_weeks_that_are_known(
    objective: Objective, weeks: list[tuple[Decimal | None, int]], day: date
) -> None:
    """Counted one by one: closed by the day, resting on five rows, at 95 % or more; 80 % of them are all."""
    found = of_kind(objective, "kept")
    judged = periods_to_judge(found)
    assert found.kpi is not None
    series = {
        (found.kpi.kpi_id, found.filter, period_over(week)): dict.fromkeys(days_in(Q3), Measured(*said))
        for week, said in zip(judged, weeks, strict=True)
    }
    known = [said[0] for week, said in zip(judged, weeks, strict=True)
             if week.last <= day and said[0] is not None and said[1] >= 5]  # fmt: skip
    got = answer(found, day, Facts(measured=series))
    assert got.n == len(known)
    if not known:
        assert (got.value, got.attainment) == (None, None)
        assert got.status not in GREEN
        return
    share = sum(value >= Decimal("0.95") for value in known) / len(known)
    assert float(got.value or 0) == pytest.approx(share)
    assert float(got.attainment or 0) == pytest.approx(min(1, share / 0.8))


SAID = st.lists(
    st.tuples(st.integers(-20, 110), st.sampled_from(["a", "b", "c", "d", None]), st.sampled_from([True, False, None]))
)


@law
@given(said=SAID)
def test_what_people_say_makes_shares_of_the_whole(
    objective: Objective, said: list[tuple[int, str | None, bool | None]]
) -> None:
    """Whatever is ticked, taken back, said too early or too late, or about a milestone that is none."""
    for kr_id in ("queue", "watch"):
        found = of_kind(objective, kr_id)
        check_ins = [CheckIn(kr_id, Q3.first + timedelta(days=day), name, is_done) for day, name, is_done in said]
        expected = Decimal(0)
        for _, each in answers(found, days_in(Q3), Facts(check_ins={kr_id: check_ins})):
            assert each.attainment is not None
            assert each.expected is not None
            assert 0 <= each.attainment <= 1
            assert expected <= each.expected <= 1
            expected = each.expected
        assert expected == 1


PART = st.tuples(st.none() | SHARES, st.none() | SHARES, st.sampled_from(["on_track", "stale", "no_data", "draft"]))


@law
@given(said=st.lists(PART, min_size=3, max_size=3), day=DAYS)
def test_an_all_of_is_never_above_any_of_its_parts(
    objective: Objective, said: list[tuple[Decimal | None, Decimal | None, str]], day: date
) -> None:
    """And null as soon as one of them is."""
    found = of_kind(objective, "all")
    parts = {
        part.kr_id: {day: Answer(status, attainment=attainment, expected=expected)}
        for part, (attainment, expected, status) in zip(found.parts, said, strict=True)
    }
    got = answer(found, day, Facts(), parts)
    attained = [each[0] for each in said]
    if None in attained:
        assert got.attainment is None
        assert got.status not in GREEN
    else:
        assert got.attainment in attained
        assert all(got.attainment <= each for each in attained)  # type: ignore[operator]


@law
@given(said=st.lists(st.tuples(st.decimals(min_value="0.1", max_value=9, places=1), st.none() | SHARES), max_size=6))
def test_an_objective_lies_between_its_members(
    objective: Objective, said: list[tuple[Decimal, Decimal | None]]
) -> None:
    """Or is null, where less than half of their weight is scored."""
    members = [Member(weight, "on_track", attainment, Decimal("0.5")) for weight, attainment in said]
    got = roll_up(objective, HALF_WAY, members)
    scored = [(weight, attainment) for weight, attainment in said if attainment is not None]
    if not scored or 2 * sum(weight for weight, _ in scored) < sum(weight for weight, _ in said):
        assert (got.attainment, got.expected) == (None, None)
        assert got.status not in GREEN
    else:
        attained = [attainment for _, attainment in scored]
        assert got.attainment is not None
        assert min(attained) <= got.attainment <= max(attained)
        assert got.coverage is not None
        assert Decimal("0.5") <= got.coverage <= 1
