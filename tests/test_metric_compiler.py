"""Laws of the metric compiler: what it compiles to, over random rows, is what plain Python makes of the same rows."""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
import sqlglot
from hypothesis import given, settings
from metrics_by_hand import (
    ADDITIVE,
    AGE,
    CALENDAR,
    COVERED,
    GRAIN_STARTS,
    LAST,
    QUANTILES,
    RUN,
    STOCKS,
    Drawn,
    Row,
    computed,
    drawn,
    ever_stood,
    groups,
    is_kept,
    is_open,
    is_valid,
    kpi,
    measured_span,
    quickly,
    same,
    standing,
    value_of,
)

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.metrics.compiler.compile import compile_metric, compile_ratio
from okr_analytics.metrics.compiler.expressions import (
    EXACT,
    columns,
    date_literal,
    number,
    render,
    select,
    table,
)
from okr_analytics.metrics.compiler.query import ByClose, ByColumns, ByDay, ByPeriod, BySpan, MetricQuery
from okr_analytics.metrics.compiler.totals import rows as counted_rows
from okr_analytics.metrics.compiler.totals import values_at_ranks
from okr_analytics.metrics.recompute_scope import RecomputeScope
from okr_analytics.metrics.results import period_queries
from okr_analytics.warehouse.engine import Engine

SPAN = ("kpi_id", "filter", "over", "day", "first_day", "last_day")
SPANS = BySpan(select(columns(*SPAN), table("work.spans")), ("m",), "tickets")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A warehouse with a calendar, Sundays off, and one source that covers some of its days."""
    with Engine.scratch() as made:
        made.run("create schema core; create schema fact; create schema work; create schema kpi")
        calendar = [
            {
                "day": day,
                **{grain: start(day) for grain, start in GRAIN_STARTS.items()},
                "is_business_day": is_open(day),
            }
            for day in CALENDAR
        ]
        made.create("core.days", pl.DataFrame(calendar))
        feeds = {"measure": ["m"], "source": ["s"], "first_day": [COVERED[0]], "last_day": [COVERED[1]]}
        made.create("core.feeds", pl.DataFrame(feeds))
        made.create("work.run", pl.DataFrame({"as_of_date": [RUN]}))
        made.run(f"create table kpi.daily_sums (kpi_id varchar, day date, dimension varchar, member varchar, "
                 f"total {EXACT}, base {EXACT}, n bigint)")  # fmt: skip
        yield made


def put(engine: Engine, question: Drawn) -> list[Row]:
    """The rows as a fact, and as the tickets that they are of."""
    kinds = {"day": pl.Date, "counts_from": pl.Date, "counts_until": pl.Date, "value": pl.Int64, "flag": pl.Int64}
    kinds |= {"per": pl.Int64, "ticket_id": pl.String}
    schema = {name: kinds.get(name, pl.String) for name in (*DIMENSIONS, *kinds)}
    engine.run("drop table if exists fact.things; drop table if exists core.tickets")
    engine.create("fact.things", pl.DataFrame(question.rows, schema=schema))
    engine.run("create table core.tickets as select day as opened_date, * from fact.things")
    return question.rows


@quickly
@given(drawn)
def test_totals_are_those_of_the_rows_that_count(engine: Engine, question: Drawn) -> None:
    """Every additive statistic and percentile, over all rows and by two dimensions, as of any day."""
    first, last, as_of, members = question.first, question.last, question.as_of, question.members
    looked_at = [
        each
        for each in put(engine, question)
        if first <= each["day"] <= last and is_valid(each, as_of) and is_kept(each, members)
    ]
    for known in (*ADDITIVE, *QUANTILES):
        asked = MetricQuery(
            (known,), as_of=date_literal(as_of), days=(date_literal(first), date_literal(last)), members=members,
            business_days=number(4),
        )  # fmt: skip
        ((value, n),) = engine.rows(render(compile_metric(asked)))
        days_of_it = 4 if known.statistic.name == "per_business_day" else None
        expected, count = computed(known, looked_at, days_of_it)
        assert (value, n) == (same(expected), count), known.kpi_id
        by = ByColumns(columns("channel", "team"))
        by_group = defaultdict(list)
        for each in looked_at:
            by_group[each["channel"], each["team"]].append(each)
        wanted = {key: computed(known, group, days_of_it) for key, group in by_group.items()}
        got = {
            tuple(key): (value, n)
            for *key, value, n in engine.rows(render(compile_metric(replace(asked, group_by=by))))
        }
        assert got == {key: (same(value), n) for key, (value, n) in wanted.items() if n}, known.kpi_id


@quickly
@given(drawn)
def test_periods_are_those_of_the_rows_of_their_days(engine: Engine, question: Drawn) -> None:
    """Additive KPIs through their daily sums, percentiles from the rows: every grain, dimension and member."""
    looked_at = [each for each in put(engine, question) if is_valid(each, RUN)]
    engine.run("delete from kpi.daily_sums")
    engine.run(f"insert into kpi.daily_sums {render(compile_metric(MetricQuery(ADDITIVE, ByDay())))}")
    got = _by_period(engine, MetricQuery(ADDITIVE, ByPeriod()))
    for grain in GRAIN_STARTS:
        got |= _by_period(engine, MetricQuery(QUANTILES, ByPeriod(grain)))
    wanted = {}
    for grain in GRAIN_STARTS:
        for key, group in groups(looked_at, grain).items():
            for known in (*ADDITIVE, *QUANTILES):
                value, n = computed(known, group)
                if n or (known in QUANTILES and key[2] == "all"):
                    wanted[(known.kpi_id, *key)] = (same(value), n)
    assert got == wanted


@quickly
@given(drawn)
def test_stocks_and_ages_are_taken_at_the_last_known_close_of_a_period(engine: Engine, question: Drawn) -> None:
    """Every grain, dimension and member that ever stood there; a member of which nothing stands is absent."""
    put_rows = put(engine, question)
    engine.run("delete from kpi.daily_sums")
    for known in STOCKS:
        engine.run(f"insert into kpi.daily_sums {render(compile_metric(MetricQuery((known,), ByDay())))}")
    until = min(RUN, COVERED[1])
    for known in (*STOCKS, AGE):
        got = _by_period(engine, MetricQuery((known,), ByPeriod()))
        wanted = {}
        for grain, start in GRAIN_STARTS.items():
            for period in {start(day) for day in CALENDAR if day <= until}:
                close = max(day for day in CALENDAR if start(day) == period and day <= until)
                for key, group in groups(put_rows).items():
                    ages = standing(known, group, close)
                    value = statistics.median(ages) if known is AGE and ages else len(ages)
                    if ages or (known is not AGE and key[0] == "all" and ever_stood(known, group, close)):
                        wanted[known.kpi_id, grain, period, *key] = (same(value), len(ages))
        assert got == wanted, known.kpi_id


@quickly
@given(drawn)
def test_what_is_computed_of_one_month_is_what_is_computed_of_all(engine: Engine, question: Drawn) -> None:
    """Of March, with the weeks and the quarter that reach into it: the week of 30 March ends in the next quarter."""
    put(engine, question)
    kpis = [*ADDITIVE, *QUANTILES, *STOCKS, AGE]
    engine.run("delete from kpi.daily_sums")
    for alike in (ADDITIVE, *((stock,) for stock in STOCKS)):
        engine.run(f"insert into kpi.daily_sums {render(compile_metric(MetricQuery(alike, ByDay())))}")
    march = {(grain, start(day)) for grain, start in GRAIN_STARTS.items() for day in CALENDAR if day.month == 3}
    days = [
        ("m", grain, day) for grain, start in GRAIN_STARTS.items() for day in CALENDAR if (grain, start(day)) in march
    ]
    put_table(engine, "work.recomputed_days", days, ["measure", "grain", "day"])
    put_table(engine, "work.kpi_measures", [(each.kpi_id, "m") for each in kpis], ["kpi_id", "measure"])
    everything, of_march = (
        {
            key: value
            for query in period_queries(kpis, RecomputeScope(is_all))
            for key, value in _by_period(engine, query).items()
        }
        for is_all in (True, False)
    )
    assert of_march == {key: value for key, value in everything.items() if key[1:3] in march}


def put_table(engine: Engine, table_name: str, rows: list[tuple[Any, ...]], names: list[str]) -> None:
    """A table of these rows in the place of one of that name."""
    engine.run(f"drop table if exists {table_name}")
    engine.create(table_name, pl.DataFrame(rows, schema=names, orient="row"))


def _by_period(engine: Engine, query: MetricQuery) -> dict[tuple[Any, ...], tuple[float | None, int]]:
    return {tuple(key): (value, n) for *key, value, n in engine.rows(render(compile_metric(query)))}


@quickly
@given(drawn)
def test_spans_are_measured_as_of_their_own_days(engine: Engine, question: Drawn) -> None:
    """Every statistic over the covered days of each span; null where there were none of the members by its day."""
    members, spans_ = question.members, question.spans
    all_rows = put(engine, question)
    engine.run("drop table if exists work.spans")
    frame = pl.DataFrame(spans_, schema=["over", "day", "first_day", "last_day"], orient="row")
    engine.create("work.spans", frame.with_columns(kpi_id=pl.lit("k"), filter=pl.lit("{}")))
    for known in (*(k for k in ADDITIVE if k.statistic.name not in ("count", "sum")), *QUANTILES, *STOCKS, AGE):
        query = MetricQuery((known,), SPANS, members=members)
        got = {over: (value, n) for _, _, over, _, value, n in engine.rows(render(compile_metric(query)))}
        wanted = {over: measured_span(known, all_rows, members, *span) for over, *span in spans_}
        assert got == {over: (same(value), n) for over, (value, n) in wanted.items()}, known.kpi_id
    above, below = (MetricQuery((part,), SPANS, members=members) for part in (STOCKS[0], ADDITIVE[4]))
    for _, _, over, _, value, _ in engine.rows(render(compile_ratio(above, below))):
        over_, *span = next(each for each in spans_ if each[0] == over)
        (top, _), (bottom, _) = (measured_span(part, all_rows, members, *span) for part in (STOCKS[0], ADDITIVE[4]))
        assert value == same(None if top is None or not bottom else top / bottom), over_


@quickly
@given(drawn)
def test_rows_ranks_and_closings_are_those_of_the_rows(engine: Engine, question: Drawn) -> None:
    """What explain lists and noise intervals rest on: rows, two ranks, squares, every day's close."""
    first, as_of, members = question.first, question.as_of, question.members
    all_rows = [each for each in put(engine, question) if is_kept(each, members)]
    known = kpi("mean", per="per", where=(("team", ("one",)),))
    query = MetricQuery(
        (known,), as_of=date_literal(as_of), days=(date_literal(first), date_literal(LAST)), members=members
    )
    having = [
        each
        for each in all_rows
        if each["day"] >= first and is_valid(each, as_of) and value_of(known, each) is not None
    ]
    listed = engine.rows(f"select * from ({render(counted_rows(query, 'ticket_id'))}) order by id")
    by_id = sorted(having, key=lambda each: str(each["ticket_id"]))
    assert listed == [(each["ticket_id"], "s", each["day"], each["value"], each["per"]) for each in by_id]
    ordered = sorted(each["value"] for each in having)
    if ordered:
        ranks = ((len(ordered) + 1) // 2, len(ordered))
        low, high = (ordered[rank - 1] for rank in ranks)
        assert engine.rows(render(values_at_ranks(query, *ranks))) == [(low, high)]
        sums = replace(query, group_by=ByColumns(outputs=("numerator", "denominator", "squares")))
        squares = sum(value * value for value in ordered)
        assert engine.rows(render(compile_metric(sums))) == [(sum(ordered), len(ordered), squares)]
    for stock in STOCKS:
        closings = replace(query, kpis=(stock,), group_by=ByClose())
        wanted = [(day, len(standing(stock, all_rows, day))) for day in CALENDAR if first <= day <= LAST]
        assert engine.rows(render(compile_metric(closings))) == wanted
        at_close = replace(query, kpis=(stock,), group_by=ByColumns(outputs=("value", "n")))
        stands = len(standing(stock, all_rows, as_of))
        assert engine.rows(render(compile_metric(at_close))) == [(stands, stands)]
    ages = standing(AGE, all_rows, as_of)
    at_close = replace(query, kpis=(AGE,), group_by=ByColumns())
    assert engine.rows(render(compile_metric(at_close))) == [
        (same(statistics.median(ages) if ages else None), len(ages))
    ]


SHAPES = [
    MetricQuery(ADDITIVE, ByDay()),
    MetricQuery(STOCKS[:1], ByDay()),
    MetricQuery(ADDITIVE, ByPeriod()),
    *(MetricQuery(QUANTILES, ByPeriod(grain)) for grain in GRAIN_STARTS),
    *(MetricQuery((each,), ByPeriod()) for each in (*STOCKS, AGE)),
    MetricQuery(STOCKS[:1], ByClose()),
    *(MetricQuery((each,), ByColumns(columns("team"))) for each in (*ADDITIVE, *QUANTILES, *STOCKS, AGE)),
    *(MetricQuery((each,), SPANS) for each in (*ADDITIVE, *QUANTILES, *STOCKS, AGE)),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda each: f"{each.kpi.kpi_id} {type(each.group_by).__name__}")
def test_every_shape_carries_to_spark(shape: MetricQuery) -> None:
    """Sqlglot has a word for all of it there, and what it cannot see is not used: stars without some of their columns,
    groups and orders by all, joins as of a day, generated series."""
    query = compile_metric(shape)
    spark = query.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert isinstance(sqlglot.parse_one(spark, read="spark"), sqlglot.exp.Query)
    assert not re.search(r"exclude|group by all|order by all|asof|generate_series", render(query), re.IGNORECASE)


LAWS = (
    test_totals_are_those_of_the_rows_that_count,
    test_periods_are_those_of_the_rows_of_their_days,
    test_stocks_and_ages_are_taken_at_the_last_known_close_of_a_period,
    test_spans_are_measured_as_of_their_own_days,
    test_rows_ranks_and_closings_are_those_of_the_rows,
)


@pytest.mark.soak
@pytest.mark.parametrize("law", LAWS)
def test_each_law_holds_at_length(engine: Engine, law: Any) -> None:
    """The same laws over many more rows."""
    at_length = settings(max_examples=300, deadline=None)
    at_length(given(drawn)(law.hypothesis.inner_test))(engine)
