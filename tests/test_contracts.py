"""Contracts: what Pandera refuses on a frame, the same contract as SQL counts on a table."""

import tomllib
from datetime import date, datetime
from pathlib import Path

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from okr_analytics.contracts.core import Tickets
from okr_analytics.contracts.descriptions import DESCRIPTIONS
from okr_analytics.contracts.inputs import Articles, CheckIns, Observations, Surveys
from okr_analytics.contracts.kpi import Catalogue, Results
from okr_analytics.contracts.okr import Attainment, Baselines
from okr_analytics.contracts.rows import TICKET_ROW
from okr_analytics.contracts.validation import breaches_as_expressions, breaches_as_sql, conform, empty, types
from okr_analytics.errors import DataError
from okr_analytics.home import CHECKOUT
from okr_analytics.landing.quarantine import part, records
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.stage import Stage


def value(dtype: object) -> st.SearchStrategy[object]:
    """Anything of a type, null among it."""
    kinds = {
        pl.String: st.sampled_from(["email", "solved", "on_track", "day", "lower", "calendar", "nothing we know"]),
        pl.Int64: st.integers(-2, 5),
        pl.Float64: st.sampled_from([-0.5, 0.0, 0.5, 1.0, 1.5]),
        pl.Boolean: st.booleans(),
        pl.Date: st.just(date(2026, 3, 2)),
    }
    return st.none() | kinds.get(dtype if isinstance(dtype, type) else type(dtype), st.just(datetime(2026, 3, 2)))


def broken_by_pandera(frame: pl.DataFrame, model: type[pa.DataFrameModel]) -> set[str]:
    """Columns that Pandera objects to."""
    try:
        model.to_schema().validate(frame, lazy=True)
    except SchemaErrors as error:
        return set(error.failure_cases["column"])
    return set()


@pytest.mark.parametrize("model", [Tickets, Surveys, Articles, Observations, CheckIns, Results, Attainment, Catalogue])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_contract_says_the_same_in_pandera_in_polars_and_in_sql(
    model: type[pa.DataFrameModel], data: st.DataObject
) -> None:
    columns = types(model)
    row = {name: data.draw(value(dtype), label=name) for name, dtype in columns.items()}
    frame = pl.DataFrame([row], schema=columns)
    engine = Engine.scratch()
    engine.create("checked", frame)
    by_sql = {
        column
        for (column, _), condition in breaches_as_sql(model).items()
        if engine.rows(f"select 1 from checked where {condition}")
    }
    engine.close()
    rules = breaches_as_expressions(model)
    by_expression = {column for column, rule in rules.items() if frame.select(rule).item()}
    assert by_sql == by_expression == broken_by_pandera(frame, model)


def test_no_number_is_no_value_where_none_may_be_missing() -> None:
    """To Pandera, and so to the look that saves asking it."""
    row = {"kr_id": "k", "kpi_id": "m", "filter": "{}", "n": 1, "known_from": datetime(2026, 7, 14)}
    row |= dict.fromkeys(("period_start", "period_end", "frozen_on"), date(2026, 6, 30))
    frames = [pl.DataFrame([row | {"value": value}]) for value in (1.0, float("nan"))]
    lacking = {"value_today": None, "drift": None}
    assert conform(frames[0].with_columns(**lacking), Baselines).height == 1
    with pytest.raises(DataError, match=r"Baselines breaks its contract: value: not_nullable \(1\)"):
        conform(frames[1].with_columns(**lacking), Baselines)


def test_a_frame_that_breaks_its_contract_is_our_mistake_and_named() -> None:
    frame = empty(Catalogue).clear(1).with_columns(direction=pl.lit("sideways"))
    with pytest.raises(DataError, match=r"Catalogue breaks its contract: .*direction: isin"):
        conform(frame, Catalogue)


def test_parting_refuses_rows_of_the_wrong_shape() -> None:
    with pytest.raises(DataError, match="shape of their contract"):
        part(pl.DataFrame({"ticket_id": [1]}), TICKET_ROW)


def test_e_mail_addresses_are_masked_wherever_they_stand() -> None:
    raw = pl.DataFrame({"who": ["Ana"], "note": ["ask ana.pop+x@example.co.uk, then <b@c.ro>"], "none": [None]})
    (record,) = records(raw, {"who"})
    assert record == '{"who": "***", "note": "ask ***, then <***>", "none": null}'


def test_the_stage_counts_what_breaks_a_contract(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "stage")
    row = {"measure": "m", "source": "s", "first_day": date(2026, 1, 1), "last_day": None}
    stage.engine.create("core.feeds", pl.DataFrame([row], schema_overrides={"last_day": pl.Date}))
    stage.engine.run("create table core.coverage as select 's' as source")
    assert stage.breaches("core.feeds") == {"last_day: not null": 1}
    assert stage.breaches("core.coverage") == {
        "input: column is missing": 1,
        "first_day: column is missing": 1,
        "last_day: column is missing": 1,
    }
    stage.close()


def test_a_content_hash_follows_the_rows_and_not_their_order_or_who_knew_them(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "stage")
    for name, order in (("one", "asc"), ("two", "desc")):
        known = f"timestamp '2026-01-0{1 if name == 'one' else 2} 00:00:00'"
        stage.engine.run(
            f"create table okr.{name} as select range as n, {known} as known_from from range(50) order by 1 {order}"
        )
    stage.engine.run(
        "create table okr.three as select range + (range = 7)::int as n, now() as known_from from range(50)"
    )
    one, two, three = (stage.content_hash(f"okr.{name}") for name in ("one", "two", "three"))
    assert one == two != three
    stage.close()


def test_models_come_after_what_they_read() -> None:
    order = list(models())
    for table, model in models().items():
        assert all(order.index(read) < order.index(table) for read in model.reads if read in models())


def test_every_column_is_described_once() -> None:
    sections = tomllib.loads((CHECKOUT / "okr_analytics/contracts/descriptions.toml").read_text(encoding="utf-8"))
    assert sorted(name for section in sections.values() for name in section) == sorted(DESCRIPTIONS)
