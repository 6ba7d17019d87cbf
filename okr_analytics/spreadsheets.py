"""What a spreadsheet takes for a formula, and how a text is kept from being one."""

from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Any) -> Any:
    """The cell as it is, but a text that would begin a formula behind an apostrophe. Numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def harmless_sql(column: str) -> str:
    """The same of a text column, in SQL."""
    starts = ", ".join(f"chr({ord(each)})" for each in FORMULA_STARTS)
    return f"case when left({column}, 1) in ({starts}) then '''' || {column} else {column} end"
