"""Models in sql/ stay within what sqlglot carries to Spark unchanged, and within the house's rules for SQL."""

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from okr_analytics.contracts.descriptions import DESCRIPTIONS
from okr_analytics.contracts.tables import CONTRACTS
from okr_analytics.home import SQL
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.sql_file import SqlFile

CHANGES_MEANING = (exp.DateDiff, exp.PercentileCont, exp.ApproxQuantile, exp.ArgMax, exp.AnyValue, exp.First)
MODELS = list(models().values())
QUERIES = {f"queries.{path.stem}": SqlFile(path).query for path in sorted((SQL / "queries").glob("*.sql"))}
SELECTS = {model.table: model.query for model in MODELS} | QUERIES
WIDE = {"core.tickets", "core.surveys", "core.rejected_rows", "core.reconciliation"}


def reads_wide(text: str) -> bool:
    """Whether a query reads a table that grows with the tickets; sums of them stay where they are."""
    tables = {f"{table.db}.{table.name}" for table in sqlglot.parse_one(text, read="duckdb").find_all(exp.Table)}
    return not tables.isdisjoint(WIDE) or any(table.startswith("fact.") for table in tables)


PORTABLE = [name for name, text in SELECTS.items() if name not in QUERIES or reads_wide(text)]


def test_queries_of_wide_tables_are_portable_too() -> None:
    assert {"queries.openings_by_day", "queries.reconciliation_counts"} <= set(PORTABLE)
    assert "queries.backlog_weeks" not in PORTABLE


@pytest.mark.parametrize("name", SELECTS)
def test_a_file_is_one_select(name: str) -> None:
    (statement,) = sqlglot.parse(SELECTS[name], read="duckdb")
    assert isinstance(statement, exp.Query)


@pytest.mark.parametrize("name", PORTABLE)
def test_spark_can_parse_it(name: str) -> None:
    statement = sqlglot.parse_one(SELECTS[name], read="duckdb")
    spark = statement.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert isinstance(sqlglot.parse_one(spark, read="spark"), exp.Query)


@pytest.mark.parametrize("name", PORTABLE)
def test_it_uses_nothing_whose_meaning_changes_on_spark(name: str) -> None:
    statement = sqlglot.parse_one(SELECTS[name], read="duckdb")
    assert [node.sql() for node in statement.find_all(*CHANGES_MEANING)] == []
    to_whole = [node for node in statement.find_all(exp.Cast) if node.to.is_type(*exp.DataType.INTEGER_TYPES)]
    assert all(isinstance(node.this, exp.Column | exp.Null) for node in to_whole)


@pytest.mark.parametrize("name", SELECTS)
def test_a_number_in_sql_is_0_1_or_a_named_column(name: str) -> None:
    statement = sqlglot.parse_one(SELECTS[name], read="duckdb")
    literals = (node for node in statement.find_all(exp.Literal) if not node.is_string)
    of_types_and_names = (exp.Alias, exp.DataTypeParam)  # decimal(18, 9), and a number with a name
    numbers = {node.this for node in literals if not isinstance(node.parent, of_types_and_names)}
    assert numbers <= {"0", "1"}


@pytest.mark.parametrize("path", sorted(SQL.glob("*/*.sql")), ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_a_file_is_short_lower_case_and_ends_in_a_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = re.sub(r"--.*|'[^']*'", "", text)
    assert code == code.lower()
    assert text.endswith("\n")
    assert len(SqlFile(path).query.splitlines()) <= 90


def test_every_published_model_has_a_contract() -> None:
    schemas = {"core", "okr", "ops", "kpi"}
    assert {model.table for model in MODELS if model.schema in schemas} <= set(CONTRACTS)


def test_every_contract_column_is_described() -> None:
    named = {column for contract in CONTRACTS.values() for column in contract.to_schema().columns}
    assert named - set(DESCRIPTIONS) == set()
