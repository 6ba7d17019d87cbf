"""okr.measurements: every (KPI, filter, over, day) that a definition asks for, measured from the rows.

As of a day D only events up to the end of D count, so each measured day sees the rows as they were then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from okr_analytics.contracts.okr import Measurements
from okr_analytics.contracts.validation import empty
from okr_analytics.kpi.catalogue import Catalogue
from okr_analytics.okr.attainment import Measured, baseline_day
from okr_analytics.okr.definitions import Definitions, KeyResult
from okr_analytics.okr.periods import Period, span
from okr_analytics.okr.span_queries import query
from okr_analytics.warehouse.engine import Engine

SPAN_TYPES = {
    "kpi_id": pl.String, "filter": pl.String, "over": pl.String, "day": pl.Date,
    "first_day": pl.Date, "last_day": pl.Date,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One measurement: a KPI under a filter, over some days, as of a day."""

    kpi_id: str
    filter: str
    over: str
    day: date


@dataclass(frozen=True)
class Span:
    """A measurement with the first and last day that it looks at."""

    asked: Asked
    first_day: date
    last_day: date


def days_until(window: Period, as_of: date) -> list[date]:
    """From the window's first day to its last or to `as_of`, whichever is first."""
    count = (min(window.last, as_of) - window.first).days + 1
    return [window.first + timedelta(days=number) for number in range(max(count, 0))]


def value_span(key_result: KeyResult, day: date) -> Span:
    """The measurement of the key result's value as of a day."""
    days = span(key_result.over, day, key_result.window)
    over = str(key_result.window.first) + "..day" if key_result.over == "window" else key_result.over
    return Span(Asked(key_result.kpi.kpi_id, key_result.filter, over, day), days.first, days.last)


def baseline_span(key_result: KeyResult, day: date) -> Span | None:
    """The measurement of its computed baseline as of a day; null where there is none, or not yet."""
    period = key_result.baseline_period
    as_of = baseline_day(period, day) if period else None
    if period is None or as_of is None:
        return None
    return Span(Asked(key_result.kpi.kpi_id, key_result.filter, str(period), as_of), period.first, period.last)


def build_measurements(engine: Engine, catalogue: Catalogue, definitions: Definitions, as_of: date) -> None:
    """Make okr.measurements."""
    spans = sorted(set(_spans(definitions, as_of)), key=lambda each: (str(each.asked), each.first_day))
    rows = [(*_key(each.asked), each.first_day, each.last_day) for each in spans]
    engine.create("work.spans", pl.DataFrame(rows, schema=SPAN_TYPES, orient="row"))
    engine.create("okr.measurements", empty(Measurements))
    for kpi_id, filtered in sorted({(each.asked.kpi_id, each.asked.filter) for each in spans}):
        engine.run(f"insert into okr.measurements {query(catalogue, catalogue.kpi(kpi_id), filtered)}")


def measured(engine: Engine) -> dict[Asked, Measured]:
    """Every measurement, for scoring."""
    rows = engine.rows('select kpi_id, filter, "over", day, value, n from okr.measurements')
    return {Asked(*key): Measured(None if value is None else Decimal(repr(value)), n) for *key, value, n in rows}


def _key(asked: Asked) -> tuple[str, str, str, date]:
    return asked.kpi_id, asked.filter, asked.over, asked.day


def _spans(definitions: Definitions, as_of: date) -> Iterator[Span]:
    for key_result in definitions.key_results:
        for day in days_until(key_result.window, as_of):
            yield value_span(key_result, day)
            if baseline := baseline_span(key_result, day):
                yield baseline
