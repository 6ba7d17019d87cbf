"""The okr tables: definitions as rows, and one answer per key result, objective and day.

Evaluates a pure function over all days; keeping earlier answers beside new ones is the history's room.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.okr import Attainment, KeyResults, ObjectiveAttainment, Objectives
from okr_analytics.contracts.validation import conform, empty
from okr_analytics.desk import Desk
from okr_analytics.okr.attainment import Answer, Measured, answer
from okr_analytics.okr.definitions import Definitions, KeyResult, Objective
from okr_analytics.okr.measuring import Asked, baseline_span, days_until, measured, value_span
from okr_analytics.okr.rollup import Member, ObjectiveAnswer, roll_up
from okr_analytics.warehouse.stage import Stage

FIRST = {"revision": 1, "cause": "first", "known_to": None}
FIRST_VERSION = {"version": 1, "changed": "first", "known_to": None}
Known = tuple[str, date, str, float | None, float | None]


def objective_rows(definitions: Definitions, known_from: datetime) -> pl.DataFrame:
    """okr.objectives."""
    rows = [
        {
            **FIRST_VERSION,
            **each.written.model_dump(include={"title", "why", "owner", "area", "ambition"}),
            "objective_id": each.written.id,
            "window_start": each.window.first,
            "window_end": each.window.last,
            "initiatives": list(each.written.initiatives),
            "file": each.file,
            "known_from": known_from,
        }
        for each in definitions.objectives
    ]
    return _frame(rows, Objectives)


def key_result_rows(definitions: Definitions, known_from: datetime) -> pl.DataFrame:
    """okr.key_results."""
    rows = [
        {
            **FIRST_VERSION,
            **each.written.model_dump(include={"title", "kind", "owner", "weight"}),
            "kr_id": each.kr_id,
            "objective_id": each.objective_id,
            "kpi_id": each.kpi.kpi_id,
            "filter": each.filter,
            "direction": each.direction,
            "unit": each.kpi.unit,
            "window_start": each.window.first,
            "window_end": each.window.last,
            "over": each.over,
            "min_n": each.min_n,
            "baseline_written": _text(each.written.baseline),
            "target_written": _text(each.written.target),
            "file": objective.file,
            "known_from": known_from,
        }
        for objective in definitions.objectives
        for each in objective.key_results
    ]
    return _frame(rows, KeyResults)


def attainment_rows(
    definitions: Definitions,
    desk: Desk,
    measurements: dict[Asked, Measured],
    newest_days: dict[str, dict[str, date]],
    as_of: date,
    known_from: datetime,
) -> pl.DataFrame:
    """okr.attainment: every answer up to `as_of`. `newest_days`: per measure and source the newest day covered."""
    rows = [
        {
            "kr_id": key_result.kr_id,
            "objective_id": key_result.objective_id,
            "as_of_date": day,
            **_numbers(each, "value", "baseline", "target", "raw", "attainment", "expected", "gap"),
            "status": each.status,
            "n": each.n,
            "flag": ", ".join(each.flags) or None,
            **FIRST,
            "known_from": known_from,
        }
        for key_result, day, each in _answers(definitions, desk, measurements, newest_days, as_of)
    ]
    return _frame(rows, Attainment)


def objective_attainment_rows(
    definitions: Definitions, latest: Iterable[Known], as_of: date, known_from: datetime
) -> pl.DataFrame:
    """okr.objective_attainment: what the newest answers of the key results add up to, day by day.

    A key result whose own window has closed stays a member with its last answer, to the objective's end.
    """
    weights = {each.kr_id: Decimal(str(each.written.weight)) for each in definitions.key_results}
    known: dict[str, dict[date, Member]] = {}
    for kr_id, day, status, attainment, expected in latest:
        member = Member(weights[kr_id], status, _decimal(attainment), _decimal(expected))
        known.setdefault(kr_id, {})[day] = member
    rows = [
        {
            "objective_id": objective.written.id,
            "as_of_date": day,
            **_numbers(each, "attainment", "expected", "coverage"),
            "grade": _float(each.attainment),
            "status": each.status,
            **FIRST,
            "known_from": known_from,
        }
        for objective in definitions.objectives
        for day, each in _rolled_up(objective, known, as_of)
    ]
    return _frame(rows, ObjectiveAttainment)


def _rolled_up(
    objective: Objective, known: dict[str, dict[date, Member]], as_of: date
) -> Iterator[tuple[date, ObjectiveAnswer]]:
    answers = [known[each.kr_id] for each in objective.key_results if each.kr_id in known]
    newest: dict[int, Member] = {}
    for day in days_until(objective.window, as_of):
        newest |= {place: answer[day] for place, answer in enumerate(answers) if day in answer}
        if newest:
            yield day, roll_up(objective, day, list(newest.values()))


def _answers(
    definitions: Definitions,
    desk: Desk,
    measurements: dict[Asked, Measured],
    newest_days: dict[str, dict[str, date]],
    as_of: date,
) -> Iterator[tuple[KeyResult, date, Answer]]:
    nothing = Measured()
    for each in definitions.key_results:
        newest = _newest_day(each, newest_days)
        for day in days_until(each.window, as_of):
            baseline = baseline_span(each, day)
            now = measurements.get(value_span(each, day).asked, nothing)
            before = measurements.get(baseline.asked, nothing) if baseline else nothing
            yield each, day, answer(each, day, now, before, newest, desk.business_days_between)


def _newest_day(key_result: KeyResult, newest_days: dict[str, dict[str, date]]) -> date | None:
    """The oldest among the newest days of the sources that feed the key result."""
    wanted = key_result.written.where.get("source")
    feeding = newest_days.get(key_result.kpi.measure, {})
    return min((day for source, day in feeding.items() if wanted is None or source in wanted), default=None)


def _numbers(each: Answer | ObjectiveAnswer, *names: str) -> dict[str, float | None]:
    return {name: _float(getattr(each, name)) for name in names}


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(repr(number))


def _text(written: str | float | None) -> str | None:
    return None if written is None else str(written)


def _frame(rows: list[dict[str, object]], model: type[pa.DataFrameModel]) -> pl.DataFrame:
    return conform(pl.DataFrame(rows, schema=empty(model).schema), model)


def build_attainment(stage: Stage, definitions: Definitions, desk: Desk, as_of: date, known_from: datetime) -> None:
    """Make okr.attainment of okr.measurements and core.feeds."""
    newest_days: dict[str, dict[str, date]] = {}
    for measure, source, last_day in stage.engine.rows("select measure, source, last_day from core.feeds"):
        newest_days.setdefault(measure, {})[source] = last_day
    rows = attainment_rows(definitions, desk, measured(stage.engine), newest_days, as_of, known_from)
    stage.put("okr.attainment", rows)


def build_objective_attainment(stage: Stage, definitions: Definitions, as_of: date, known_from: datetime) -> None:
    """Make okr.objective_attainment of okr.latest."""
    latest = stage.engine.rows("select kr_id, as_of_date, status, attainment, expected from okr.latest")
    rows = objective_attainment_rows(definitions, latest, as_of, known_from)
    stage.put("okr.objective_attainment", rows)
