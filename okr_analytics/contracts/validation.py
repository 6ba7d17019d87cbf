"""Holding tables to their contracts: frames through Pandera, tables in the warehouse through the same checks as SQL."""

from functools import cache

import pandera.polars as pa
import polars as pl

from okr_analytics.errors import DataError

_COMPARISONS = {
    "greater_than_or_equal_to": (">=", "min_value"),
    "greater_than": (">", "min_value"),
    "less_than_or_equal_to": ("<=", "max_value"),
    "less_than": ("<", "max_value"),
}

_OPERATORS = {">=": pl.Expr.ge, ">": pl.Expr.gt, "<=": pl.Expr.le, "<": pl.Expr.lt}


def conform(frame: pl.DataFrame, model: type[pa.DataFrameModel]) -> pl.DataFrame:
    """The frame with the contract's columns in the contract's order and types.

    Raises DataError naming every breach: such a frame is our own mistake, not the user's data. No rows break no rule.
    """
    shaped = frame.select(pl.col(name).cast(dtype) for name, dtype in types(model).items())
    if breaches := {} if shaped.is_empty() else breaches_in(shaped, model):
        listed = ", ".join(f"{rule} ({rows})" for (_, rule), rows in sorted(breaches.items()))
        raise DataError(f"{model.__name__} breaks its contract: {listed}")
    return shaped


def breaches_in(frame: pl.DataFrame, model: type[pa.DataFrameModel]) -> dict[tuple[str, str], int]:
    """How many rows break which rule, per column and check; in one pass, where Pandera takes one per column."""
    rules = _rules(model)
    counts = frame.select(breach.sum().alias(str(number)) for number, breach in enumerate(rules.values()))
    return {rule: count for rule, count in zip(rules, counts.row(0), strict=True) if count}


@cache
def _rules(model: type[pa.DataFrameModel]) -> dict[tuple[str, str], pl.Expr]:
    """Per column and check what is true of the rows that break it; of null only that it is null."""
    rules: dict[tuple[str, str], pl.Expr] = {}
    for name, column in model.to_schema().columns.items():
        if not column.nullable:
            is_nan = pl.col(name).is_nan() if column.dtype.type == pl.Float64 else pl.lit(False)  # noqa: FBT003
            rules[name, f"{name}: not null"] = pl.col(name).is_null() | is_nan
        for check in column.checks:
            rules[name, f"{name}: {check.error}"] = ~_holds(name, check)
    return rules


def _holds(name: str, check: pa.Check) -> pl.Expr:
    bounds = check.statistics or {}
    if check.name == "isin":
        return pl.col(name).is_in(list(bounds["allowed_values"]))
    sign, bound = _COMPARISONS[str(check.name)]
    return _OPERATORS[sign](pl.col(name), bounds[bound])


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
    sign, bound = _COMPARISONS[str(check.name)]
    return f'"{name}" {sign} {bounds[bound]}'


def types(model: type[pa.DataFrameModel]) -> dict[str, pl.DataType]:
    """The contract's columns and types, in order."""
    return {name: column.dtype.type for name, column in model.to_schema().columns.items()}
