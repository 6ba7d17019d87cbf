"""The calendar that periods are made of: one row per desk-local day."""

from datetime import date

import polars as pl

from okr_analytics.desk import Desk
from okr_analytics.warehouse.engine import Engine


def days(first: date, last: date, desk: Desk) -> pl.DataFrame:
    """Every day of the calendar quarters from `first` to `last`, with the week (from Monday), month and quarter.

    Business days are those of the desk. Where no hours are known every day is one: "per business day" is per calendar
    day.
    """
    start = pl.date(first.year, 3 * ((first.month - 1) // 3) + 1, 1)
    end = pl.lit(last).dt.truncate("1q").dt.offset_by("1q").dt.offset_by("-1d")
    days = pl.select(day=pl.date_range(start.dt.truncate("1w"), end.dt.offset_by("1w")))
    is_business_day = desk.business_days(days.item(0, "day"), days.item(-1, "day"))
    return days.with_columns(
        week=pl.col("day").dt.truncate("1w"),
        month=pl.col("day").dt.truncate("1mo"),
        quarter=pl.col("day").dt.truncate("1q"),
        weekday=pl.col("day").dt.weekday().cast(pl.Int64),
        is_business_day=pl.Series(is_business_day),
    )


def put_day(engine: Engine, as_of: date) -> None:
    """Make work.run: the day that this run speaks of."""
    engine.create("work.run", pl.DataFrame({"as_of_date": [as_of]}))


def build_days(engine: Engine, as_of: date, desk: Desk) -> None:
    """Make work.run (the day that this run speaks of), work.hours and core.days of core.coverage."""
    put_day(engine, as_of)
    engine.create("work.hours", pl.select(hour=pl.int_range(24, dtype=pl.Int64)))
    ((first,),) = engine.rows("select min(first_day) from core.coverage")
    engine.create("core.days", days(min(first or as_of, as_of), as_of, desk))
