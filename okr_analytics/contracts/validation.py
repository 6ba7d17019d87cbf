"""Holding tables to their contracts: frames through Pandera, tables in the warehouse through the same checks as SQL."""

import operator
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from okr_analytics.errors import DataError

_COMPARISONS = {
    "greater_than_or_equal_to": (">=", operator.ge, "min_value"),
    "greater_than": (">", operator.gt, "min_value"),
    "less_than_or_equal_to": ("<=", operator.le, "max_value"),
    "less_than": ("<", operator.lt, "max_value"),
}


def conform(frame: pl.DataFrame, model: type[pa.DataFrameModel]) -> pl.DataFrame:
    """The frame with the contract's columns in the contract's order and types.

    Raises DataError naming every breach: such a frame is our own mistake, not the user's data. No rows break no rule.
    Whether any row does is one expression, and Pandera is asked only which: its look at a clean frame costs forty times
    as much.
    """
    shaped = frame.select(pl.col(name).cast(dtype) for name, dtype in types(model).items())
    if shaped.is_empty() or not any(shaped.select(**breaches_as_expressions(model)).row(0)):
        return shaped
    try:
        model.to_schema().validate(shaped, lazy=True)
    except SchemaErrors as error:
        breaches = error.failure_cases.group_by("column", "check").len().sort("column", "check")
        listed = ", ".join(f"{column}: {check} ({rows})" for column, check, rows in breaches.iter_rows())
        raise DataError(f"{model.__name__} breaks its contract: {listed}") from None
    return shaped


@cache
def breaches_as_expressions(model: type[pa.DataFrameModel]) -> dict[str, pl.Expr]:
    """Per column whether any row breaks one of its rules; to Pandera a NaN where nothing may be null does, too."""
    rules: dict[str, pl.Expr] = {}
    for name, column in model.to_schema().columns.items():
        broken = [] if column.nullable else [pl.col(name).is_null()]
        if broken and column.dtype.type.is_float():
            broken.append(pl.col(name).is_nan())
        broken += (~_holds(pl.col(name), check) for check in column.checks)
        if broken:
            rules[name] = pl.any_horizontal(broken).any()
    return rules


def _holds(column: pl.Expr, check: pa.Check) -> pl.Expr:
    bounds = check.statistics or {}
    if check.name == "isin":
        return column.is_in(list(bounds["allowed_values"]))
    _, compare, bound = _COMPARISONS[str(check.name)]
    holds: pl.Expr = compare(column, bounds[bound])
    return holds


def empty(model: type[pa.DataFrameModel]) -> pl.DataFrame:
    """A frame of no rows with the contract's columns and types."""
    return pl.DataFrame(schema=types(model))


def breaches_as_sql(model: type[pa.DataFrameModel]) -> dict[tuple[str, str], str]:
    """Per column and check a condition in SQL that is true on the rows that break it."""
    rules: dict[tuple[str, str], str] = {}
    for name, column in model.to_schema().columns.items():
        if not column.nullable:
            rules[name, f"{name}: not null"] = f'"{name}" is null'
        for check in column.checks:
            rules[name, f"{name}: {check.error}"] = f"not ({_condition(name, check)})"
    return rules


def _condition(name: str, check: pa.Check) -> str:
    bounds = check.statistics or {}
    if check.name == "isin":
        words = ", ".join("'" + str(word).replace("'", "''") + "'" for word in bounds["allowed_values"])
        return f'"{name}" in ({words})'
    symbol, _, bound = _COMPARISONS[str(check.name)]
    return f'"{name}" {symbol} {bounds[bound]}'


def types(model: type[pa.DataFrameModel]) -> dict[str, pl.DataType]:
    """The contract's columns and types, in order."""
    return {name: column.dtype.type for name, column in model.to_schema().columns.items()}
