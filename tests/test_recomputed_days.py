"""Which days changed, and which periods are computed for that: the two models on rows that a reader can check."""

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest
from conftest import NOW

from okr_analytics.desk import Desk
from okr_analytics.metrics.days import days
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.models import models

LAST = date(2026, 3, 31)
PERIODS = {
    "measure": pl.String, "scope": pl.String, "scope_member": pl.String, "grain": pl.String, "period_start": pl.Date,
    "first_covered_day": pl.Date, "business_days": pl.Int64, "known_day": pl.Date,
}  # fmt: skip


@pytest.fixture
def engine() -> Iterator[Engine]:
    """The first quarter of 2026, two measures, nothing that changed."""
    with Engine.scratch() as made:
        made.run("create schema core")
        made.run("create schema work")
        made.create("core.days", days(date(2026, 1, 1), LAST, Desk()))
        made.create(
            "work.changed_spans", pl.DataFrame(schema={"fact": pl.String, "first_day": pl.Date, "last_day": pl.Date})
        )
        made.run(f"create view work.grains as {models()['work.grains'].query}")
        for table in ("work.periods", "work.previous_periods"):
            made.create(table, pl.DataFrame(schema=PERIODS))
        yield made


def put_measures(engine: Engine, *rows: tuple[str, str, int, str, bool]) -> None:
    names = ["measure", "fact", "maturity_days", "tied_to", "is_whole"]
    engine.create("work.measures", pl.DataFrame(list(rows), schema=names, orient="row"))


def put_spans(engine: Engine, *rows: tuple[str, date, date]) -> None:
    engine.append(
        "work.changed_spans", pl.DataFrame(list(rows), schema=["fact", "first_day", "last_day"], orient="row")
    )


def put_days(engine: Engine, table: str, known: date, *covered: date) -> None:
    """Days of measure `a`, covered, one business day each."""
    rows = [("a", "all", "all", "day", day, day, 1, known) for day in covered]
    engine.append(table, pl.DataFrame(rows, schema=PERIODS, orient="row"))


def computed(engine: Engine, grain: str) -> list[tuple[str, date]]:
    query = models()["work.recomputed_days"].query
    return engine.rows(f"select distinct measure, period_start from ({query}) where grain = '{grain}' order by all")


def test_a_changed_day_computes_its_month_and_what_reaches_into_it(engine: Engine) -> None:
    """Of 10 February: February, its 28 days, the weeks from 26 January to 23 February, and the quarter."""
    put_measures(engine, ("a", "fact.a", 0, "fact.a", False), ("b", "fact.b", 0, "fact.b", False))
    put_spans(engine, ("fact.a", date(2026, 2, 10), date(2026, 2, 10)))
    assert computed(engine, "month") == [("a", date(2026, 2, 1))]
    assert computed(engine, "day") == [("a", date(2026, 2, day)) for day in range(1, 29)]
    weeks = [date(2026, 1, 26), date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23)]
    assert computed(engine, "week") == [("a", week) for week in weeks]
    assert computed(engine, "quarter") == [("a", date(2026, 1, 1))]


def test_a_quarter_is_computed_of_all_its_days(engine: Engine) -> None:
    put_measures(engine, ("a", "fact.a", 0, "fact.a", False))
    put_spans(engine, ("fact.a", date(2026, 2, 10), date(2026, 2, 10)))
    query = models()["work.recomputed_days"].query
    first, last, count = engine.rows(f"select min(day), max(day), count(*) from ({query}) where grain = 'quarter'")[0]
    assert (first, last, count) == (date(2026, 1, 1), date(2026, 3, 31), 90)


def test_measures_that_are_tied_are_computed_together(engine: Engine) -> None:
    put_measures(
        engine, ("a", "fact.a", 0, "one", False), ("b", "fact.b", 0, "one", False), ("c", "fact.c", 0, "c", False)
    )
    put_spans(engine, ("fact.b", date(2026, 1, 5), date(2026, 1, 5)))
    assert computed(engine, "month") == [("a", date(2026, 1, 1)), ("b", date(2026, 1, 1))]


def test_a_whole_measure_is_computed_in_every_month(engine: Engine) -> None:
    put_measures(engine, ("a", "fact.a", 0, "fact.a", True), ("b", "fact.b", 0, "fact.b", False))
    assert {measure for measure, _ in computed(engine, "month")} == {"a"}
    months = {date(2026, month, 1) for month in (1, 2, 3)}
    assert months <= {month for _, month in computed(engine, "month")}


def test_a_day_that_is_covered_now_and_was_not_computes_its_month(engine: Engine) -> None:
    put_measures(engine, ("a", "fact.a", 0, "fact.a", False))
    known = NOW.date()
    put_days(engine, "work.previous_periods", known, date(2026, 1, 30))
    put_days(engine, "work.periods", known, date(2026, 1, 30), date(2026, 2, 1))
    assert computed(engine, "month") == [("a", date(2026, 2, 1))]


def test_a_day_that_is_covered_no_more_computes_its_month(engine: Engine) -> None:
    put_measures(engine, ("a", "fact.a", 0, "fact.a", False))
    put_days(engine, "work.previous_periods", NOW.date(), date(2026, 1, 30), date(2026, 3, 2))
    put_days(engine, "work.periods", NOW.date(), date(2026, 1, 30))
    assert computed(engine, "month") == [("a", date(2026, 3, 1))]


def test_a_day_whose_cohort_is_of_age_now_computes_its_month(engine: Engine) -> None:
    """Known up to 7 March, then up to 8 March: what is complete seven days later was complete up to 28 February, and is
    up to 1 March."""
    put_measures(engine, ("a", "fact.a", 7, "fact.a", False))
    covered = (date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2))
    put_days(engine, "work.previous_periods", date(2026, 3, 7), *covered)
    put_days(engine, "work.periods", date(2026, 3, 8), *covered)
    assert computed(engine, "month") == [("a", date(2026, 3, 1))]


ROWS = {"fact": pl.String, "row_hash": pl.UInt64, "first_day": pl.Date, "until": pl.Date, "side": pl.Int64}
FIRST, SECOND, THIRD, FIFTH = (date(2026, 3, day) for day in (1, 2, 3, 5))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([(1, FIRST, SECOND)], [(1, FIRST, SECOND)], []),
        ([], [(1, FIRST, SECOND)], [(FIRST, FIRST)]),
        ([(1, FIRST, SECOND)], [], [(FIRST, FIRST)]),
        ([(1, FIRST, SECOND)], [(2, THIRD, FIFTH)], [(FIRST, FIRST), (THIRD, date(2026, 3, 4))]),
        ([(1, FIRST, FIFTH)], [(1, FIRST, THIRD)], [(THIRD, date(2026, 3, 4))]),
        ([(1, FIRST, THIRD), (1, FIRST, FIFTH)], [(1, FIRST, FIFTH), (1, FIRST, THIRD)], []),
        ([(1, FIRST, SECOND)], [(1, FIRST, SECOND), (1, FIRST, SECOND)], [(FIRST, FIRST)]),
        ([], [(1, FIRST, FIFTH), (1, FIFTH, SECOND)], [(FIRST, date(2026, 3, 4))]),
        ([], [(1, None, THIRD), (1, THIRD, FIFTH)], [(THIRD, date(2026, 3, 4))]),
    ],
    ids=[
        "the same",
        "came",
        "went",
        "changed",
        "left earlier",
        "another order",
        "once more",
        "ends before it begins",
        "nobody knows since when",
    ],
)
def test_what_differs_between_both_sides_is_a_stretch_of_days(
    before: list[tuple[int, date | None, date]],
    after: list[tuple[int, date | None, date]],
    expected: list[tuple[date, date]],
) -> None:
    rows = [("fact.a", *row, side) for side, listed in ((-1, before), (1, after)) for row in listed]
    with Engine.scratch() as engine:
        engine.run("create schema work")
        engine.create("work.fact_rows", pl.DataFrame(rows, schema=ROWS, orient="row"))
        query = models()["work.changed_spans"].query
        assert engine.rows(f"select first_day, last_day from ({query}) order by all") == expected
