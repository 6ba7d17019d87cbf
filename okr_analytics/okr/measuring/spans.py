"""okr.measurements: every (KPI, filter, span, day) that a definition asks for, measured from the rows.

As of a day D only events up to the end of D count, so each measured day sees the rows as they were then. What the
warehouse measured already of the same rows is kept: a changed baseline asks for days, not for tickets.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from okr_analytics.contracts.okr import Measurements
from okr_analytics.contracts.validation import empty
from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.compiler.compile import compile_metric, compile_ratio
from okr_analytics.metrics.compiler.expressions import Query, column, columns, render, select, table, text
from okr_analytics.metrics.compiler.query import BySpan, MetricQuery
from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.periods import Period, days_of, span
from okr_analytics.okr.measuring.noise import put_noise
from okr_analytics.okr.scoring.baselines import baseline_day
from okr_analytics.okr.scoring.counting import periods_to_judge
from okr_analytics.okr.scoring.facts import Measured, period_over, value_over
from okr_analytics.warehouse.engine import Engine, quoted

SPAN_TYPES = {
    "kpi_id": pl.String, "filter": pl.String, "over": pl.String, "day": pl.Date,
    "first_day": pl.Date, "last_day": pl.Date,
}  # fmt: skip
SPAN = ("kpi_id", "filter", "over", "day")
KEY = ", ".join(map(quoted, SPAN))
HISTORY_STEP_DAYS = 28
HISTORY_STEPS = 26
HISTORY_OVER = "28d"


class Span(NamedTuple):
    """One measurement: a KPI under a filter over some days, as of a day."""

    kpi_id: str
    filter: str
    over: str
    day: date
    first_day: date
    last_day: date


def measure(
    engine: Engine,
    catalogue: Catalogue,
    key_results: Iterable[KeyResult],
    as_of: date,
    before: str | None = None,
    *,
    keeps_all: bool = False,
    stays: str = "true",
) -> None:
    """Make okr.measurements. What the table `before` has of the same rows already is not measured again where it
    `stays`; what it has besides is gone unless the new one `keeps_all`."""
    engine.create("okr.measurements", empty(Measurements))
    asked = pl.DataFrame(sorted(set(spans(key_results, as_of))), schema=SPAN_TYPES, orient="row")
    engine.create("work.asked_spans", asked)
    if before:
        side = "left" if keeps_all else "inner"
        engine.run(
            f"insert into okr.measurements select known.* from {before} as known "
            f"{side} join work.asked_spans as asked using ({KEY}) where {stays}"
        )
    engine.run(f"create table work.spans as select * from work.asked_spans anti join okr.measurements using ({KEY})")
    for kpi_id, filtered in engine.rows("select distinct kpi_id, filter from work.spans order by all"):
        measured = measurements(catalogue, catalogue.kpi(kpi_id), filtered)
        engine.run(f"insert into okr.measurements by name {render(measured)}")
    put_noise(engine, catalogue)


def measurements(catalogue: Catalogue, kpi: Kpi, filtered: str) -> Query:
    """kpi_id, filter, over, day, value, n of one KPI under one filter over all spans asked for (work.spans).

    Volumes are per business day that a source covers.
    """
    of_it = [column("kpi_id").eq(text(kpi.kpi_id)), column("filter").eq(text(filtered))]
    asked = select(columns(*SPAN, "first_day", "last_day"), table("work.spans"), where=of_it)
    parts = catalogue.parts(kpi) if kpi.statistic.kind == "ratio" else (per_business_day(kpi),)
    needed = tuple(part.measure for part in parts)
    queries = [
        MetricQuery(
            (part,), BySpan(asked, needed, catalogue.measures[part.measure].input), members=json.loads(filtered)
        )
        for part in parts
    ]
    return compile_ratio(*queries) if len(queries) > 1 else compile_metric(*queries)


def per_business_day(kpi: Kpi) -> Kpi:
    """The KPI as key results measure it: volumes per business day."""
    return replace(kpi, statistic=kpi.statistic.per_day()) if kpi.statistic.is_volume else kpi


def spans(key_results: Iterable[KeyResult], as_of: date) -> Iterator[Span]:
    """Everything that they ask for."""
    for each in key_results:
        if each.kpi is not None:
            yield from _spans(each, as_of)


def _spans(key_result: KeyResult, as_of: date) -> Iterator[Span]:
    days = days_of(key_result.window.first, min(key_result.window.last, as_of))
    if key_result.kind == "maintain":
        for judged in periods_to_judge(key_result):
            yield from (_period(key_result, judged, day) for day in days if day >= judged.last)
        return
    for day in days:
        measured = span(key_result.over, day, key_result.window)
        yield _span(key_result, value_over(key_result), day, measured)
    period = key_result.baseline_period
    if period and days:
        taken_on = {baseline_day(period, day) for day in days} | {as_of}
        yield from (_period(key_result, period, day) for day in taken_on if day and day >= period.last)
    yield from _history(key_result, as_of)


def history_days(window: Period) -> list[date]:
    """The days before a window, four weeks apart, on which history is searched for a move as large as the one asked."""
    return [window.first - timedelta(days=1 + HISTORY_STEP_DAYS * step) for step in range(HISTORY_STEPS)][::-1]


def _history(key_result: KeyResult, as_of: date) -> Iterator[Span]:
    if key_result.kind == "improve":
        for day in history_days(key_result.window):
            if day <= as_of:
                yield _span(key_result, HISTORY_OVER, day, span(HISTORY_OVER, day, key_result.window))


def _period(key_result: KeyResult, period: Period, day: date) -> Span:
    return _span(key_result, period_over(period), day, period)


def _span(key_result: KeyResult, over: str, day: date, days: Period) -> Span:
    return Span(str(key_result.kpi and key_result.kpi.kpi_id), key_result.filter, over, day, days.first, days.last)


def measured(engine: Engine) -> dict[tuple[str, str, str], dict[date, Measured]]:
    """Every measurement, for scoring."""
    found: dict[tuple[str, str, str], dict[date, Measured]] = {}
    rows = engine.rows('select kpi_id, filter, "over", day, value, n, low, high from okr.measurements')
    for kpi_id, filtered, over, day, value, n, low, high in rows:
        number = None if value is None else Decimal(repr(value))
        found.setdefault((kpi_id, filtered, over), {})[day] = Measured(number, n, low, high)
    return found
