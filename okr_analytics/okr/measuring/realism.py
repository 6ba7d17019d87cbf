"""Whether history ever saw such a move in such a time: a target beside what the same KPI did before its window."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.targets import is_met, nine_digits
from okr_analytics.okr.measuring.spans import HISTORY_OVER, HISTORY_STEP_DAYS, history_days
from okr_analytics.okr.scoring.attainment import Answer
from okr_analytics.okr.scoring.facts import Facts
from okr_analytics.okr.scoring.score import enough

Point = tuple[date, Decimal]
Move = tuple[Decimal, date, date]


def realism_rows(key_results: Iterable[KeyResult], newest: Mapping[str, Answer], facts: Facts) -> list[dict[str, Any]]:
    """okr.realism: one row per key result that goes from a baseline to a target. `newest` are the newest answers."""
    return [_row(each, *aim, facts) for each in key_results if (aim := _aim(each, newest.get(each.kr_id))) is not None]


def _aim(key_result: KeyResult, answer: Answer | None) -> tuple[Decimal, Decimal] | None:
    """Baseline and target, where there is a way between them: what is to be held asks for no move."""
    if answer is None or answer.baseline is None or answer.target is None:
        return None
    held = is_met(answer.baseline, answer.target, str(key_result.direction))
    return None if held else (answer.baseline, answer.target)


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
