"""The business clock for frames of rows, each under the schedule of its own team, source or desk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import polars as pl

from okr_analytics.clock.business import business_seconds, is_open
from okr_analytics.desk import Desk, Schedule

T = TypeVar("T")
BY_SCHEDULE = ("source", "team", "desk_time_zone")


def with_business_seconds(rows: pl.DataFrame, desk: Desk, start: str, ends: Mapping[str, str]) -> pl.DataFrame:
    """Adds desk-open seconds from `start` under each name in `ends`; null where no schedule is known."""

    def answer(schedule: Schedule | None, part: pl.DataFrame) -> dict[str, pl.Series]:
        seconds = business_seconds(schedule, part[start], *(part[end] for end in ends.values()))
        return dict(zip(ends, seconds, strict=True))

    return by_meaning(
        rows, BY_SCHEDULE, desk.schedule_of, [start, *set(ends.values())], answer, dict.fromkeys(ends, pl.Int64())
    )


def with_out_of_hours(rows: pl.DataFrame, desk: Desk, at: str, name: str) -> pl.DataFrame:
    """Adds whether an instant lies outside the hours of its row's schedule; null where none is known."""

    def answer(schedule: Schedule | None, part: pl.DataFrame) -> dict[str, pl.Series]:
        return {name: ~is_open(schedule, part[at])}

    return by_meaning(rows, BY_SCHEDULE, desk.schedule_of, [at], answer, {name: pl.Boolean()})


def by_meaning(
    rows: pl.DataFrame,
    by: Sequence[str],
    meaning: Callable[..., T],
    of: Sequence[str],
    answer: Callable[[T, pl.DataFrame], Mapping[str, pl.Series]],
    columns: Mapping[str, pl.DataType],
) -> pl.DataFrame:
    """Adds `columns`: what `answer` says, of the columns `of`, of all rows whose values in `by` mean the same."""
    parts = list(_parts(rows, by, meaning))
    if len(parts) == 1:
        ((shared, _),) = parts
        return rows.with_columns(**answer(shared, rows))
    inputs = rows.select(of)
    filled = {name: pl.repeat(None, len(rows), dtype=kind, eager=True) for name, kind in columns.items()}
    for shared, places in parts:
        for name, values in answer(shared, inputs[places]).items():
            filled[name] = filled[name].scatter(places, values)
    return rows.with_columns(**filled)


def _parts(rows: pl.DataFrame, by: Sequence[str], meaning: Callable[..., T]) -> Iterator[tuple[T, pl.Series]]:
    """Each meaning that occurs, with where its rows stand."""
    distinct = rows.select(by).unique(maintain_order=True)
    meanings = [meaning(*values) for values in distinct.iter_rows()]
    numbers = {each: number for number, each in enumerate(dict.fromkeys(meanings))}
    if len(numbers) == 1:
        yield meanings[0], pl.Series(dtype=pl.UInt32)
        return
    numbered = distinct.with_columns(number=pl.Series([numbers[each] for each in meanings], dtype=pl.UInt32))
    number = rows.select(by).join(numbered, on=by, how="left", nulls_equal=True, maintain_order="left")["number"]
    for each, wanted in numbers.items():
        yield each, (number == wanted).arg_true()
