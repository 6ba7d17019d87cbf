"""Key results read as people write them, and the facts that they are scored by, made by hand: no run, no query."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from conftest import put

from okr_analytics.home import Home
from okr_analytics.okr.defining.checkins import CheckIn
from okr_analytics.okr.defining.definitions import KeyResult, Objective
from okr_analytics.okr.defining.periods import Period, days_of
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.targets import parse_value
from okr_analytics.okr.scoring.attainment import Answer, Known, answers
from okr_analytics.okr.scoring.counting import periods_to_judge
from okr_analytics.okr.scoring.facts import Calendar, Facts, Measured, period_over, value_over

Q3 = Period(date(2026, 7, 1), date(2026, 9, 30))
"""The window of every key result here that has none of its own. 15 August is its 46th day of 92: e = 0.5."""

HALF_WAY = date(2026, 8, 15)
Written = str | None


def key_result(home: Home, more: str, objective: str = "") -> KeyResult:
    """One key result, read as people write it."""
    return objective_of(home, f"- {{id: k, title: k, {more}}}", objective).key_results[0]


def objective_of(home: Home, key_results: str, more: str = "") -> Objective:
    """One objective with these key results."""
    window = "" if "window:" in more else "window: 2026-Q3"
    head = f"objectives:\n  - id: o\n    title: o\n    {window}\n    {more}"
    put(home, "okrs/o.yaml", f"{head}\n    key_results:\n      {key_results}\n")
    (objective,) = read_definitions(home).objectives
    return objective


def days_in(window: Period) -> list[date]:
    """Every day of a window."""
    return days_of(window.first, window.last)


def measured(found: KeyResult, value: Written, n: int = 10) -> Measured:
    """A value as people write it, in the KPI's unit, resting on so many rows."""
    assert found.kpi is not None
    return Measured(None if value is None else parse_value(value, found.kpi), n)


def facts(
    found: KeyResult, values: Written | Mapping[date, Written] = None, *, n: int = 10,
    baseline: Written | Mapping[date, Written] = None, **more: Any,
) -> Facts:  # fmt: skip
    """What was measured of one key result: one value for every day of its window, or a value by day; of a computed
    baseline likewise. `more` are the other fields of Facts."""
    spans = {value_over(found): (values, found.window)}
    if found.baseline_period:
        spans[period_over(found.baseline_period)] = (baseline, Period(found.baseline_period.last, found.window.last))
    assert found.kpi is not None
    series = {
        (found.kpi.kpi_id, found.filter, over): _by_day(found, written, days, n)
        for over, (written, days) in spans.items()
    }
    return Facts(measured=series, **more)


def periods(found: KeyResult, values: Sequence[Written | tuple[Written, int]], **more: Any) -> Facts:
    """What was measured of a maintain: one value per period that is judged, first to last, known once it is over. A
    value may come with the rows that it rests on, else they are 10."""
    assert found.kpi is not None
    series = {}
    for period, said in zip(periods_to_judge(found), values, strict=True):
        value, n = said if isinstance(said, tuple) else (said, 10)
        days = days_of(period.last, found.window.last)
        series[found.kpi.kpi_id, found.filter, period_over(period)] = dict.fromkeys(days, measured(found, value, n))
    return Facts(measured=series, **more)


def _by_day(found: KeyResult, written: Written | Mapping[date, Written], days: Period, n: int) -> dict[date, Measured]:
    values = written if isinstance(written, Mapping) else dict.fromkeys(days_in(days), written)
    return {day: measured(found, value, n) for day, value in values.items()}


def said(found: KeyResult, *check_ins: CheckIn) -> dict[str, list[CheckIn]]:
    """Check-ins about one key result, as Facts has them."""
    return {found.kr_id: list(check_ins)}


def answer(found: KeyResult, day: date, known: Facts, parts: Known | None = None) -> Answer:
    """The answer as of one day."""
    ((_, got),) = answers(found, [day], known, parts=parts)
    return got


def working(first: date, last: date, holidays: Sequence[date] = ()) -> Calendar:
    """A desk that is open from Monday to Friday, but for its holidays."""
    return Calendar(first, [day.weekday() < 5 and day not in holidays for day in days_of(first, last)])


def six(number: Decimal | None) -> Decimal | None:
    """At six decimals, as worked examples are written."""
    return None if number is None else round(number, 6)


def before(day: date, days: int) -> date:
    """So many days earlier."""
    return day - timedelta(days=days)
