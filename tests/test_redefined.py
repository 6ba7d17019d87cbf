"""Definitions that move, change, go and come back: what that does to answers, and why it says they moved."""

import shutil
from datetime import date, datetime, timedelta

import pytest
from conftest import put
from nights import DAY, FIRST, LAST, MEDIAN, OBJECTIVES, SHARE, Desk, desk_of, lived

from okr_analytics.errors import DataError
from okr_analytics.home import Home
from okr_analytics.okr.defining.periods import days_of
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.scope import Scope
from okr_analytics.okr.keeping.changes import changes

NEXT, THEN = datetime(2026, 8, 17), datetime(2026, 8, 18)
TO_OBJECTIVES = (
    "select objective_id, cause, min(as_of_date), max(as_of_date) from okr.objective_attainment "
    "where revision = 2 group by all order by all"
)
KNOWN = "select kr_id, count(*) from okr.latest group by all order by all"


@pytest.fixture
def desk(home: Home) -> Desk:
    """Half a minute sooner every day, from 100 minutes; 90 % are answered."""
    return desk_of(home)


def _without(desk: Desk, *names: str) -> str:
    """Take key results out of the file; gives what it said before."""
    text = (desk.home.okrs / "o.yaml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not any(f"id: {name}," in line for name in names)]
    put(desk.home, "okrs/o.yaml", "\n".join(kept) + "\n")
    return text


def _moved(desk: Desk) -> None:
    """The key result 'answered' goes from 'top' to the end of 'below'."""
    text = _without(desk, "answered")
    (line,) = (line for line in text.splitlines() if "id: answered," in line)
    desk.rewrite("due: 2026-08-15}]}\n", f"due: 2026-08-15}}]}}\n{line}\n")


def test_a_key_result_that_moves_to_another_objective_stays_itself(desk: Desk) -> None:
    """No answer about it moves when it moves; what moves later is told beside what was said under the old objective."""
    lived(desk, DAY)
    _moved(desk)
    told = [str(each) for each in changes(desk.home, read_definitions(desk.home), DAY, NEXT)]
    assert told == ["answered: objective", "below: members", "top: members"]
    desk.run(DAY, at=NEXT)
    assert desk.ask(DAY, "select max(revision) from okr.attainment") == [(1,)]
    assert desk.ask(DAY, "select objective_id, version, changed from okr.key_results where kr_id = 'answered'") == [
        ("top", 1, "first"), ("below", 2, "objective"),
    ]  # fmt: skip
    desk.values[SHARE, DAY] = (0.7, 60)
    desk.run(DAY, at=THEN)
    moved = "select objective_id, old_status, new_status, cause from okr.restatements where kr_id = 'answered'"
    assert desk.ask(DAY, moved) == [("below", "on_track", "off_track", "late_data")]
    assert desk.ask(LAST + timedelta(days=15), "select objective_id from okr.grades where kr_id = 'answered'") == [
        ("below",)
    ]


def test_what_is_expected_anew_moves_the_objectives_above(desk: Desk) -> None:
    """From half of the way expected on 15 August to 46/62 of 20 %, 0.148387; the plan is due and not done, so 'below'
    has 0.225 of (0.148387 + 1) / 2 = 0.574194, and 'top' 1.225 / 3 of 2.574194 / 3."""
    lived(desk, DAY)
    desk.rewrite("target: 50 min}", "target: 50 min, phases: {2026-08-31: 20%}}")
    desk.run(DAY, at=NEXT)
    newest = (
        "select objective_id, round(attainment, 6), round(expected, 6) from okr.objective_attainment "
        f"where known_to is null and as_of_date = date '{DAY}' order by 1"
    )
    assert desk.ask(DAY, newest) == [("below", 0.225, 0.574194), ("top", 0.408333, 0.858065)]
    assert desk.ask(DAY, TO_OBJECTIVES) == [(each, "redefinition", FIRST, DAY) for each in ("below", "top")]
    incremental = desk.ask(DAY, OBJECTIVES)
    for path in desk.home.history.glob("*/*attainment.parquet"):
        path.unlink()
    desk.run(DAY, at=THEN)
    assert desk.ask(DAY, OBJECTIVES) == incremental


def test_another_weight_below_redefines_what_is_above(desk: Desk) -> None:
    """'top' counts 'below' three times, on every day."""
    lived(desk, DAY)
    desk.rewrite("    parent: top\n", "    parent: top\n    weight: 3\n")
    desk.run(DAY, at=NEXT)
    assert desk.ask(DAY, TO_OBJECTIVES) == [("top", "redefinition", FIRST, DAY)]


def test_a_new_key_result_redefines_the_objectives_above(desk: Desk) -> None:
    """Also the one above its own."""
    lived(desk, DAY)
    desk.rewrite("      - {id: plan,", "      - {id: more, title: m, kind: cadence, every: week}\n      - {id: plan,")
    desk.run(DAY, at=NEXT)
    causes = {(row[0], row[1]) for row in desk.ask(DAY, TO_OBJECTIVES)}
    assert causes == {("below", "redefinition"), ("top", "redefinition")}


def test_a_shortened_window_is_why_the_days_after_it_move(desk: Desk) -> None:
    """Whatever moved them before: August was restated by late data, and has no answer of its own now."""
    lived(desk, DAY)
    desk.values |= {(MEDIAN, on): (6600.0, 60) for on in days_of(date(2026, 8, 1), DAY)}
    desk.run(DAY, at=NEXT)
    desk.rewrite("target: 50 min}", "target: 50 min, window: 2026-07-01..2026-07-31}")
    desk.run(DAY, at=THEN)
    moved = f"select distinct cause from okr.objective_attainment where known_from = timestamp '{THEN}'"
    assert desk.ask(DAY, moved) == [("redefinition",)]
    assert ("sooner", 31) in desk.ask(DAY, KNOWN)


def test_what_comes_back_otherwise_than_it_went_is_restored(desk: Desk) -> None:
    lived(desk, DAY)
    text = _without(desk, "daily")
    desk.run(DAY, at=NEXT)
    put(desk.home, "okrs/o.yaml", text.replace("title: c,", "title: Every week,"))
    desk.run(DAY, at=THEN)
    assert desk.ask(DAY, "select distinct revision, cause from okr.latest where kr_id = 'daily'") == [
        (2, "redefinition")
    ]
    assert desk.ask(DAY, "select version, changed from okr.key_results where kr_id = 'daily' order by 1") == [
        (1, "first"), (2, "restored, text"),
    ]  # fmt: skip


def test_what_closed_and_left_the_files_stays_when_an_earlier_day_is_spoken_of(desk: Desk) -> None:
    lived(desk, LAST)
    _without(desk, "daily")
    late = LAST + timedelta(days=5)
    for number, day in enumerate((late, DAY, late)):
        desk.run(day, at=datetime(2026, 10, 6 + number))
    assert ("daily", 92) in desk.ask(late, KNOWN)


@pytest.mark.parametrize(("gone", "days"), [(False, 46), (True, 0)])
def test_a_definition_that_is_new_or_gone_is_restated_on_all_its_days_whichever_are_asked_for(
    desk: Desk, *, gone: bool, days: int
) -> None:
    text = (desk.home.okrs / "o.yaml").read_text(encoding="utf-8")
    _without(desk, "daily")
    without = (desk.home.okrs / "o.yaml").read_text(encoding="utf-8")
    put(desk.home, "okrs/o.yaml", text if gone else without)
    lived(desk, DAY)
    put(desk.home, "okrs/o.yaml", without if gone else text)
    only = Scope(first=DAY, last=DAY)
    desk.run(DAY, at=NEXT, scope=only)
    assert dict(desk.ask(DAY, KNOWN, only)).get("daily", 0) == days


def test_a_part_that_loses_its_target_leaves_the_days_before(desk: Desk) -> None:
    """Its target is left open from the day on which that was read: from then on the whole is a draft."""
    parts = "[{id: a, kind: reach, kpi: answered_share, target: 80%, over: 28d}, {id: b, kind: cadence, every: week}]"
    desk.rewrite("kind: reach, kpi: answered_share, target: 80%, over: 28d", f"kind: all_of, parts: {parts}")
    lived(desk, date(2026, 8, 9))
    desk.rewrite("target: 80%, ", "")
    desk.run(DAY, at=datetime(2026, 8, 10))
    drafts = "select kr_id, min(as_of_date) from okr.latest where status = 'draft' group by all order by all"
    assert desk.ask(DAY, drafts) == [("answered", date(2026, 8, 10)), ("answered.a", date(2026, 8, 10))]


def test_what_becomes_a_guardrail_keeps_the_targets_it_had(desk: Desk) -> None:
    """From 21 August it is 40 minutes; that it only guards from the 22nd changes no target."""
    lived(desk, date(2026, 8, 19))
    desk.rewrite("target: 50 min", "target: 40 min")
    lived(desk, date(2026, 8, 20))
    desk.rewrite("target: 40 min", "guardrail: true, target: 40 min")
    lived(desk, date(2026, 8, 22))
    told = (
        "select target, min(as_of_date), max(as_of_date) from okr.latest where kr_id = 'sooner' group by all order by 2"
    )
    assert desk.ask(date(2026, 8, 22), told) == [
        (3000.0, FIRST, date(2026, 8, 20)), (2400.0, date(2026, 8, 21), date(2026, 8, 22)),
    ]  # fmt: skip


def test_a_history_with_a_gap_is_refused(desk: Desk) -> None:
    lived(desk, *days_of(DAY - timedelta(days=2), DAY))
    shutil.rmtree(desk.home.history / "00000002")
    with pytest.raises(DataError, match=r"the history has no folder 00000002 in .*; 'okr restore' puts back a backup"):
        desk.run(DAY)


def test_another_ambition_redefines_how_a_window_ended(desk: Desk) -> None:
    """On 30 September 54.5 minutes are 0.91 of the way and the plan is done: 0.955. It takes 0.7 now, not all."""
    desk.check_ins.append({"kr_id": "plan", "day": date(2026, 8, 14), "milestone": "bought", "is_done": True})
    lived(desk, LAST)
    desk.rewrite("    parent: top\n", "    parent: top\n    ambition: aspirational\n")
    desk.run(LAST, at=datetime(2026, 10, 2))
    told = (
        "select objective_id, new_attainment, old_status, new_status, cause from okr.restatements where kr_id is null"
    )
    assert desk.ask(LAST, told) == [("below", 0.955, "closed_missed", "closed_met", "redefinition")]


def test_what_has_not_started_is_known_since_it_was_first_read(desk: Desk) -> None:
    """However often its definition was changed since."""
    lived(desk, date(2026, 6, 27))
    desk.rewrite("title: a,", "title: An answer sooner,")
    lived(desk, date(2026, 6, 29))
    known = "select as_of_date from okr.latest where kr_id = 'sooner' and status = 'not_started' order by 1"
    assert desk.ask(date(2026, 6, 29), known) == [(date(2026, 6, 28),), (date(2026, 6, 29),)]


@pytest.mark.parametrize(("reported", "left"), [(LAST - timedelta(days=1), 0), (LAST, 92)])
def test_what_leaves_the_files_on_its_last_day_stays_if_it_was_told_how_it_ended(
    desk: Desk, reported: date, left: int
) -> None:
    lived(desk, reported)
    _without(desk, "daily")
    desk.run(LAST, at=datetime(2026, 10, 2))
    assert dict(desk.ask(LAST, KNOWN)).get("daily", 0) == left


@pytest.mark.parametrize(
    ("edits", "cause"),
    [
        ([("baseline: 100 min", "baseline: 110 min"), ("target: 50 min", "target: 40 min")], "rebaseline"),
        (
            [("baseline: 100 min", "baseline: 110 min"), ("target: 50 min", "target: 40 min, min_n: 5")],
            "redefinition",
        ),
        ([("target: 50 min", "target: 40 min, effective_from: 2026-07-01, owner: Ana")], "retarget"),
    ],
)
def test_of_several_changes_at_once_the_first_cause_is_told(
    desk: Desk, edits: list[tuple[str, str]], cause: str
) -> None:
    lived(desk, DAY)
    for old, new in edits:
        desk.rewrite(old, new)
    desk.run(DAY, at=NEXT)
    assert desk.ask(DAY, "select distinct cause from okr.restatements where kr_id = 'sooner'") == [(cause,)]


def test_other_rows_behind_the_same_value_are_another_answer(desk: Desk) -> None:
    lived(desk, DAY)
    desk.values[MEDIAN, DAY] = (6000.0 - 30 * 45, 41)
    desk.run(DAY, at=NEXT)
    moved = "select as_of_date, n, cause from okr.attainment where kr_id = 'sooner' and revision = 2"
    assert desk.ask(DAY, moved) == [(DAY, 41, "late_data")]


def test_an_objective_that_is_contradicted_gives_another_answer(desk: Desk) -> None:
    """On 10 August 'below' is on track with 0.2 of 0.222826; that its outcome falls from 90 % to 70 % is a flag."""
    day = date(2026, 8, 10)
    outcome = "    outcome: {kind: reach, kpi: answered_share, target: 80%, over: 28d}\n"
    desk.rewrite("    parent: top\n", f"    parent: top\n{outcome}")
    lived(desk, day)
    desk.values[SHARE, day] = (0.7, 50)
    desk.run(day, at=NEXT)
    flagged = "select status, flag, cause from okr.objective_attainment where objective_id = 'below' and revision = 2"
    assert desk.ask(day, flagged) == [("on_track", "outcome_divergence", "late_data")]


def test_what_is_said_of_a_part_is_why_the_whole_moves(desk: Desk) -> None:
    """Of six closed weeks one has evidence now."""
    parts = "[{id: a, kind: reach, kpi: answered_share, target: 80%, over: 28d}, {id: b, kind: cadence, every: week}]"
    desk.rewrite("kind: reach, kpi: answered_share, target: 80%, over: 28d", f"kind: all_of, parts: {parts}")
    lived(desk, DAY)
    desk.check_ins.append({"kr_id": "answered.b", "day": date(2026, 7, 8), "is_done": True})
    desk.run(DAY, at=NEXT)
    moved = "select kr_id, cause, min(as_of_date) from okr.attainment where revision = 2 group by all order by all"
    assert desk.ask(DAY, moved) == [(each, "check_in", date(2026, 7, 12)) for each in ("answered", "answered.b")]


@pytest.mark.parametrize(
    ("day", "known", "frozen"),
    [(date(2026, 7, 13), True, []), (date(2026, 7, 14), True, [(6000.0,)]), (date(2026, 7, 20), False, [])],
)
def test_a_baseline_is_frozen_14_days_after_its_period_if_it_is_known(
    desk: Desk, day: date, *, known: bool, frozen: list[tuple[float]]
) -> None:
    desk.rewrite("baseline: 100 min", "baseline: 2026-06")
    if known:
        desk.baseline = dict.fromkeys(days_of(date(2026, 6, 30), day), (6000.0, 300))
    lived(desk, day)
    assert desk.ask(day, "select value from okr.baselines") == frozen


def test_the_distance_is_to_the_target_that_applied(desk: Desk) -> None:
    """90 % are 10 points above at least 80 %, and from the 15th on 5 above the range to 85 %."""
    lived(desk, DAY - timedelta(days=1))
    desk.rewrite("target: 80%", "within: [80%, 85%]")
    desk.run(DAY, at=datetime(2026, 8, 15, 4, 15))
    told = "select round(distance, 6), max(as_of_date) from okr.outlook where kr_id = 'answered' group by 1 order by 2"
    assert desk.ask(DAY, told) == [(0.1, DAY - timedelta(days=1)), (0.05, DAY)]


def test_a_member_whose_window_closed_stays_with_its_last_answer(desk: Desk) -> None:
    """0.3 of the way on 31 July. On 10 August nothing of the plan is due: (0.3 + 0) / 2 of (1 + 0) / 2."""
    desk.rewrite("target: 50 min}", "target: 50 min, window: 2026-07-01..2026-07-31}")
    lived(desk, DAY)
    told = "select attainment, expected, coverage, status from okr.objective_attainment where objective_id = 'below' "
    assert desk.ask(DAY, told + "and as_of_date = date '2026-08-10'") == [(0.15, 0.5, 1.0, "off_track")]


def test_the_grade_of_an_objective_stays_as_it_was_frozen(desk: Desk) -> None:
    """(0.91 + 0) / 2, whatever is known later."""
    lived(desk, LAST + timedelta(days=15))
    desk.values[MEDIAN, LAST] = (3000.0, 41)
    late = LAST + timedelta(days=20)
    lived(desk, late)
    told = "select attainment, grade from okr.objective_attainment where objective_id = 'below' and known_to is null "
    assert desk.ask(late, told + f"and as_of_date = date '{LAST}'") == [(0.5, 0.455)]
