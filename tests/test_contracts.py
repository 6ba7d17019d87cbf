"""Contracts: what Pandera refuses on a frame, the same contract as SQL counts on a table."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaErrors

from okr_analytics.contracts.core import Tickets
from okr_analytics.contracts.descriptions import DESCRIPTIONS
from okr_analytics.contracts.inputs import Articles, CheckIns, Observations, Surveys
from okr_analytics.contracts.kpi import Catalogue, Results
from okr_analytics.contracts.okr import Attainment, Realism
from okr_analytics.contracts.rows import TICKET_ROW
from okr_analytics.contracts.validation import breaches_as_sql, breaches_in, conform, empty, types
from okr_analytics.errors import DataError
from okr_analytics.home import CHECKOUT
from okr_analytics.landing.quarantine import part, records
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.stage import Stage

VALUES = {
    pl.String: ["email", "solved", "on_track", "day", "lower", "calendar", "nothing we know"],
    pl.Int64: range(-2, 6),
    pl.Float64: [-0.5, 0.0, 0.5, 1.0, 1.5],
    pl.Boolean: [True, False],
    pl.Date: [date(2026, 3, 2)],
}


def rows(model: type[pa.DataFrameModel]) -> Iterator[pl.DataFrame]:
    """One row after the other, until each column had null and each value of its type."""
    columns = types(model)
    for number in range(9):
        row = {}
        for name, dtype in columns.items():
            values = [None, *VALUES.get(dtype if isinstance(dtype, type) else type(dtype), [datetime(2026, 3, 2)])]
            row[name] = values[number % len(values)]
        yield pl.DataFrame([row], schema=columns)


def broken_by_pandera(frame: pl.DataFrame, model: type[pa.DataFrameModel]) -> set[str]:
    """Columns that Pandera objects to."""
    try:
        model.to_schema().validate(frame, lazy=True)
    except SchemaErrors as error:
        return set(error.failure_cases["column"])
    return set()


def broken_by_sql(engine: Engine, frame: pl.DataFrame, model: type[pa.DataFrameModel]) -> set[str]:
    """Columns of which some row meets a condition that no row may meet."""
    rules = breaches_as_sql(model)
    engine.run("drop table if exists checked")
    engine.create("checked", frame)
    counts = engine.rows(f"select {', '.join(f'count_if({rule})' for rule in rules.values())} from checked")[0]
    return {column for (column, _), count in zip(rules, counts, strict=True) if count}


@pytest.mark.parametrize("model", [Tickets, Surveys, Articles, Observations, CheckIns, Results, Attainment, Catalogue])
def test_a_contract_says_the_same_in_pandera_on_a_frame_and_in_sql(model: type[pa.DataFrameModel]) -> None:
    """Of every value in every column: which columns are broken."""
    with Engine.scratch() as engine:
        for row in rows(model):
            broken = broken_by_pandera(row, model)
            assert {column for column, _ in breaches_in(row, model)} == broken
            assert broken_by_sql(engine, row, model) == broken


@pytest.mark.parametrize("move", [float("nan"), None])
def test_what_is_no_number_is_null(move: float | None) -> None:
    """No bound of the column refuses it: that it may not be null does."""
    frame = empty(Realism).clear(1).with_columns(asked_move=pl.lit(move, pl.Float64))
    assert "asked_move" in broken_by_pandera(frame, Realism)
    assert ("asked_move", "asked_move: not null") in breaches_in(frame, Realism)


def test_a_frame_that_breaks_its_contract_is_our_mistake_and_named() -> None:
    frame = empty(Catalogue).clear(1).with_columns(direction=pl.lit("sideways"))
    with pytest.raises(DataError, match=r"Catalogue breaks its contract: .*direction: isin.* \(1\), .*title: not null"):
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
