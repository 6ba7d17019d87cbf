"""Reading numbers as people in four languages write them, where only one meaning is possible.

A point is the decimal mark, as programs write it. A comma is one too, unless it may as well group thousands (1,234).
"""

import polars as pl

DECIMAL_COMMA = r"^[+-]?(\d+,\d{1,2}|\d+,\d{4,}|0\d*,\d{3}|\d{4,},\d{3})$"
GROUPED_BY_POINTS = r"^[+-]?\d{1,3}((\.\d{3})+,\d+|(\.\d{3}){2,})$"
GROUPED_BY_COMMAS = r"^[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})$"


def read_numbers(text: pl.Series) -> pl.Series:
    """The numbers; null where a cell is empty, no finite number, or may mean two."""
    number = _finite(text)
    if number.null_count() == text.null_count():
        return number
    written = pl.lit(text)
    tidied = pl.select(
        pl.when(written.str.contains(f"{DECIMAL_COMMA}|{GROUPED_BY_POINTS}"))
        .then(written.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when(written.str.contains(GROUPED_BY_COMMAS))
        .then(written.str.replace_all(",", "", literal=True))
        .alias(text.name)
    ).to_series()
    return number.zip_with(number.is_not_null(), _finite(tidied))


def rounded(text: pl.Series) -> pl.Series:
    """Numbers with a decimal part, as spreadsheets write whole ones too, to the nearest whole number."""
    return _finite(text).round().cast(pl.Int64, strict=False)


def _finite(text: pl.Series) -> pl.Series:
    number = text.cast(pl.Float64, strict=False)
    return number.set(~number.is_finite(), None)
