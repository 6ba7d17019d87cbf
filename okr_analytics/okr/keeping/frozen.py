"""What is frozen: computed baselines 14 days after their period, grades 14 days after their window."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from okr_analytics.contracts.history import FrozenBaselines
from okr_analytics.contracts.okr import Baselines, Grades
from okr_analytics.contracts.validation import empty
from okr_analytics.okr.defining.definitions import KeyResult, Objective
from okr_analytics.okr.defining.fingerprints import basis
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.scoring.baselines import PROVISIONAL_DAYS, frozen_on
from okr_analytics.okr.scoring.facts import NOTHING, Facts, Measured, period_over
from okr_analytics.okr.scoring.score import enough

BASELINES, GRADES = "baselines", "grades"
Frozen = dict[tuple[str, str], Measured]


def freeze_baselines(
    history: History, key_results: Iterable[KeyResult], facts: Facts, as_of: date, now: datetime
) -> None:
    """Keep every computed baseline whose provisional time is over, once and for all; none that is not known."""
    known = frozen_baselines(history)
    rows = []
    for each in key_results:
        period = each.baseline_period
        if period is None or each.kpi is None or as_of < frozen_on(period) or (each.kr_id, basis(each)) in known:
            continue
        measured = facts.series(each, period_over(period)).get(frozen_on(period), NOTHING)
        value = enough(each, measured)
        if value is None:
            continue
        rows.append(
            {
                "kr_id": each.kr_id,
                "basis": basis(each),
                "kpi_id": each.kpi.kpi_id,
                "filter": each.filter,
                "period_start": period.first,
                "period_end": period.last,
                "frozen_on": frozen_on(period),
                "value": float(value),
                "n": measured.n,
                "known_from": now,
            }
        )
    history.append(BASELINES, pl.DataFrame(rows, schema=empty(FrozenBaselines).schema), FrozenBaselines)


def frozen_baselines(history: History) -> Frozen:
    """Per key result and basis the value that was frozen."""
    kept = history.rows(BASELINES, FrozenBaselines).select("kr_id", "basis", "value", "n")
    return {(kr_id, of): Measured(Decimal(repr(value)), n) for kr_id, of, value, n in kept.iter_rows()}


def baseline_rows(
    history: History, key_results: Iterable[KeyResult], facts: Facts, as_of: date
) -> list[dict[str, Any]]:
    """okr.baselines: what was frozen for a key result as it is defined now, beside what it would be today."""
    asked = {(each.kr_id, basis(each)): each for each in key_results if each.baseline_period}
    rows = [
        {**row, **_drift(asked[row["kr_id"], row["basis"]], facts, row["value"], as_of)}
        for row in history.rows(BASELINES, FrozenBaselines).iter_rows(named=True)
        if (row["kr_id"], row["basis"]) in asked
    ]
    return [{name: row[name] for name in empty(Baselines).schema} for row in rows]


def _drift(key_result: KeyResult, facts: Facts, frozen: float, as_of: date) -> dict[str, float | None]:
    over = period_over(key_result.baseline_period) if key_result.baseline_period else ""
    today = enough(key_result, facts.series(key_result, over).get(as_of, NOTHING))
    if today is None:
        return {"value_today": None, "drift": None}
    return {"value_today": float(today), "drift": float(f"{float(today) - frozen:.9g}")}


def freeze_grades(
    history: History, objectives: Iterable[Objective], newest: pl.DataFrame, as_of: date, now: datetime
) -> pl.DataFrame:
    """Keep the grade of every window that closed more than 14 days ago, as it was reported; gives okr.grades.

    `newest` has the newest answers: objective_id, kr_id (null for the objective itself), as_of_date, attainment,
    status, revision.
    """
    kept = history.rows(GRADES, Grades).select("objective_id", "kr_id", "window_start", "window_end")
    known = {(_about(*row[:2]), *row[2:]) for row in kept.iter_rows()}
    windows = (each for each in _windows(objectives) if as_of > _frozen_after(each[-1]))
    closed = [each for each in windows if (_about(*each[:2]), *each[2:]) not in known]
    answers = {(_about(*row[:2]), row[2]): row[3:] for row in newest.iter_rows()} if closed else {}
    rows = [
        (objective_id, kr_id, first, last, *answers[_about(objective_id, kr_id), last], now)
        for objective_id, kr_id, first, last in closed
        if (_about(objective_id, kr_id), last) in answers
    ]
    history.append(GRADES, pl.DataFrame(rows, schema=empty(Grades).schema, orient="row"), Grades)
    return history.rows(GRADES, Grades)


def _frozen_after(last: date) -> date:
    return last + timedelta(days=PROVISIONAL_DAYS)


def _about(objective_id: str, kr_id: str | None) -> tuple[str, bool]:
    """What is graded, and whether it is an objective; a key result stays itself where it moves to another one."""
    return kr_id or objective_id, kr_id is None


def _windows(objectives: Iterable[Objective]) -> Iterator[tuple[str, str | None, date, date]]:
    """Objective, key result (null for the objective itself), first and last day of its window."""
    for objective in objectives:
        yield objective.objective_id, None, objective.window.first, objective.window.last
        for each in objective.scored():
            yield objective.objective_id, each.kr_id, each.window.first, each.window.last
