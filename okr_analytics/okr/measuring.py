"""okr.measurements: every (KPI, filter, over, day) that a definition asks for, measured from the rows.

As of a day D only events up to the end of D count, so each measured day sees the rows as they were then.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from okr_analytics.contracts.okr import Measurements
from okr_analytics.contracts.validation import empty
from okr_analytics.kpi.catalogue import Kpi, kpi
from okr_analytics.kpi.results import visible
from okr_analytics.okr.attainment import Measured, baseline_day
from okr_analytics.okr.definitions import Definitions, KeyResult
from okr_analytics.okr.periods import Period, span
from okr_analytics.warehouse.engine import Engine, literal, quoted

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


def build_measurements(engine: Engine, definitions: Definitions, as_of: date) -> None:
    """Make okr.measurements."""
    spans = sorted(set(_spans(definitions, as_of)), key=lambda each: (str(each.asked), each.first_day))
    rows = [(*_key(each.asked), each.first_day, each.last_day) for each in spans]
    engine.create("work.spans", pl.DataFrame(rows, schema=SPAN_TYPES, orient="row"))
    engine.create("okr.measurements", empty(Measurements))
    for kpi_id, filtered in sorted({(each.asked.kpi_id, each.asked.filter) for each in spans}):
        engine.run(f"insert into okr.measurements {_query(kpi(kpi_id), filtered)}")


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


def _query(known: Kpi, filtered: str) -> str:
    """The measurements of one KPI under one filter, in SQL. Volumes are per business day that a source covers."""
    members = json.loads(filtered)
    kept, sources = _kept(members), _kept({"source": members.get("source", [])})
    rows, value, n = _rows_value_and_n(known, kept)
    return f"""
        with covered as (
            select min(first_day) as covered_from, max(last_day) as covered_to
            from core.feeds
            where measure = {literal(known.measure)} and {sources}
                and exists (select 1 from core.tickets where {kept}) -- a member that never was is no fact
        ),
        asked as (
            select
                kpi_id, filter, "over", day,
                unnest(generate_series(first_day, last_day, interval 1 day)) as event_day,
                case
                    when covered_to is not null
                    then greatest(0, least(last_day, covered_to) - greatest(first_day, covered_from) + 1)
                end as days,
            from work.spans cross join covered
            where kpi_id = {literal(known.kpi_id)} and filter = {literal(filtered)}
        ),
        measured_rows as ({rows}),
        seen as (
            select asked.* exclude (event_day), measured_rows.* exclude (event_day)
            from asked left join measured_rows
                on cast(asked.event_day as date) = measured_rows.event_day and {visible("asked.day")}
        )
        select kpi_id, filter, "over", day, {value} as value, coalesce({n}, 0) as n
        from seen group by kpi_id, filter, "over", day order by all
    """


def _rows_value_and_n(known: Kpi, kept: str) -> tuple[str, str, str]:
    """The rows of a KPI's measure, its value over them and how many they are, in SQL; summed first where they add."""
    column, statistic = known.value_column, known.statistic
    days = "select day as event_day, counts_from, counts_until,"
    if not statistic.is_additive:
        rows = f"{days} {column} from {known.fact} where {kept}"
        return rows, statistic.of_rows(column, "max(days)"), f"count({column})"
    sums = f"sum({statistic.addend(column)}) as total, count({column}) as n"
    rows = f"{days} {sums} from {known.fact} where {kept} group by all"
    total = "coalesce(sum(total), 0)" if statistic.is_volume else "sum(total)"
    per_day = replace(statistic, is_per_day=statistic.is_volume)
    return rows, per_day.of_sums(total, "sum(n)", "max(days)"), "sum(n)"


def _kept(members: dict[str, list[str]]) -> str:
    """SQL for: the row is one of the wanted members of each dimension."""
    conditions = [
        f"{quoted(name)} in ({', '.join(map(literal, wanted))})" for name, wanted in members.items() if wanted
    ]
    return " and ".join(conditions) or "true"
