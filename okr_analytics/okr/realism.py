"""Whether history ever saw such a move in such a time: a target beside what the same KPI did before its window."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import polars as pl

from okr_analytics.contracts.okr import Realism
from okr_analytics.contracts.validation import empty
from okr_analytics.okr.definitions import KeyResult
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.facts import Facts
from okr_analytics.okr.measuring import HISTORY_OVER, HISTORY_STEP_DAYS, history_days
from okr_analytics.okr.scores import enough
from okr_analytics.okr.targets import is_met, nine_digits

AIMS = """
    select kr_id, baseline, target from okr.latest
    where baseline is not null and target is not null
    qualify row_number() over (partition by kr_id order by as_of_date desc) = 1
"""
Point = tuple[date, Decimal]
Move = tuple[Decimal, date, date]


def build_realism(run: Evaluation) -> None:
    """Make okr.realism: one row per key result that goes from a baseline to a target."""
    facts = run.facts()
    found = run.stage.engine.rows(AIMS)
    aims = {kr_id: (Decimal(repr(baseline)), Decimal(repr(target))) for kr_id, baseline, target in found}
    rows = [_row(each, *aims[each.kr_id], facts) for each in run.definitions.scored if _asks(each, aims)]
    run.stage.put("okr.realism", pl.DataFrame(rows, schema=empty(Realism).schema))


def _asks(key_result: KeyResult, aims: Mapping[str, tuple[Decimal, Decimal]]) -> bool:
    """Whether there is a way from its baseline to its target: what is to be held asks for no move."""
    if key_result.kind != "improve" or key_result.kr_id not in aims:
        return False
    return not is_met(*aims[key_result.kr_id], str(key_result.direction))


def _row(key_result: KeyResult, baseline: Decimal, target: Decimal, facts: Facts) -> dict[str, Any]:
    asked = nine_digits(target - baseline)
    series = facts.series(key_result, HISTORY_OVER)
    known = [
        (day, value)
        for day in history_days(key_result.window)
        if day in series and (value := enough(key_result, series[day])) is not None
    ]
    best = best_move(known, key_result.window.days, is_down=asked < 0)
    is_long_enough = bool(known) and (known[-1][0] - known[0][0]).days + HISTORY_STEP_DAYS >= key_result.window.days
    was_seen = best is not None and abs(best[0]) >= abs(asked)
    return {
        "kr_id": key_result.kr_id,
        "asked_move": float(asked),
        "asked_days": key_result.window.days,
        "best_move": float(best[0]) if best else None,
        "best_from": best[1] if best else None,
        "best_to": best[2] if best else None,
        "was_seen": True if was_seen else (False if is_long_enough else None),
    }


def best_move(points: Sequence[Point], days: int, *, is_down: bool) -> Move | None:
    """The largest move in the wanted direction between two points at most so many days apart; null where none was."""
    moves = list(_moves(points, max(days, HISTORY_STEP_DAYS)))
    wanted = [each for each in moves if (each[0] < 0) == is_down and each[0]]
    return max(wanted, key=lambda move: (abs(move[0]), move[1]), default=None)


def _moves(points: Sequence[Point], days: int) -> Iterator[Move]:
    for (earlier, before), (later, after) in combinations(points, 2):
        if (later - earlier).days <= days:
            yield nine_digits(after - before), earlier, later
