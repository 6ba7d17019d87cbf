"""What the cells of a column are, whatever it is called: instants, numbers, durations, yes or no, words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from okr_analytics.detection.dates import Dates, counted_of, dates_of, shapes_of, times_alone
from okr_analytics.detection.names import HeaderName, calls_for_instants, name_of

SOME, HALF, MOST, NEARLY_ALL = 0.2, 0.5, 0.8, 0.95
"""Shares of cells, as this package speaks of them."""
MOST_WORDS = 400
COLON_DURATION = r"^-?(\d+ ?(d|days?|dias?|zile),? )?\d{1,5}:\d{2}(:\d{2}(\.\d+)?)?$"
WORD_DURATION = (
    r"(?i)^-?(\d+([.,]\d+)? ?(y|mo|w|weeks?|d|days?|dias?|día|días|zile|zi|h|hrs?|hours?|horas?|ore|oră|m|mins?|"
    r"minutes?|minutos?|minute|s|secs?|seconds?|segundos?|secunde)\b[ ,]*(and |y |e |și )?)+$"
)
NUMBER = r"^[+-]?[\d.,]*\d$"
WHOLE = r"^[+-]?\d+(\.0+)?$"
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
FLAGS = frozenset(("true", "false", "t", "f", "yes", "no", "y", "n", "si", "sim", "nao", "da", "nu", "1", "0"))


@dataclass(frozen=True)
class Facts:
    """A column of the sample. Shares are of its filled cells, words for missing left out; `missing` counts these.
    `words` are its distinct cells with their counts, null where there are too many to be words."""

    name: HeaderName
    place: int
    rows: int
    filled: int
    distinct: int
    missing: Mapping[str, int]
    dates: Dates | None
    time_format: str | None
    number_share: float
    whole_share: float
    lowest: float | None
    highest: float | None
    duration_share: float
    flag_share: float
    email_share: float
    mean_letters: float
    words: Mapping[str, int] | None

    @property
    def header(self) -> str:
        """The header as the file has it."""
        return self.name.header

    @property
    def is_empty(self) -> bool:
        """Whether no cell says anything."""
        return self.filled == 0

    @property
    def filled_share(self) -> float:
        """Of the rows, how many say something."""
        return self.filled / max(1, self.rows)

    @property
    def unique_share(self) -> float:
        """Distinct cells of the filled ones."""
        return self.distinct / max(1, self.filled)

    @property
    def is_instants(self) -> bool:
        """Whether (nearly) all its cells are instants."""
        return self.dates is not None and self.dates.share >= MOST

    @property
    def is_text(self) -> bool:
        """Whether its cells are texts or codes, and no instants, decimals or durations."""
        is_decimal = self.number_share >= NEARLY_ALL > self.whole_share
        return not (self.is_instants or is_decimal or self.duration_share >= HALF)


@cache
def lexicon() -> Any:
    """Words in cells and what they say."""
    text = (Path(__file__).parent / "lexicon.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - safe, and every scalar is a word


def facts_of(place: int, header: str, column: pl.Series, rows: int) -> Facts:
    """What the column's cells are. Empty cells are null; `rows` stand in files that have the column."""
    text = column.str.strip_chars().replace("", None)
    missing = _missing_of(text)
    cells = text.set(text.is_in(list(missing)), None) if missing else text
    shapes = shapes_of(cells)
    filled = cells.drop_nulls()
    distinct = filled.n_unique()
    numbers = filled.filter(filled.str.contains(NUMBER))
    read = numbers.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    name = name_of(header)
    dates = dates_of(cells, shapes)
    if dates is None and len(numbers) == len(filled) and calls_for_instants(name):
        dates = counted_of(cells, _number(read.min()), _number(read.max()))
    return Facts(
        name=name,
        place=place,
        rows=rows,
        filled=len(filled),
        distinct=distinct,
        missing=missing,
        dates=dates,
        time_format=times_alone(shapes),
        number_share=_share(numbers, filled),
        whole_share=_share(filled.filter(filled.str.contains(WHOLE)), filled),
        lowest=_number(read.min()),
        highest=_number(read.max()),
        duration_share=_share(filled.filter(filled.str.contains(f"{COLON_DURATION}|{WORD_DURATION}")), filled),
        flag_share=_share(filled.filter(filled.str.to_lowercase().is_in(list(FLAGS))), filled),
        email_share=_share(filled.filter(filled.str.contains(EMAIL)), filled),
        mean_letters=float(filled.str.len_chars().mean() or 0),  # type: ignore[arg-type]
        words=_words(filled) if distinct <= MOST_WORDS else None,
    )


def merged(one: Facts, others: Sequence[Facts]) -> Facts:
    """A column with the words and missing cells of what it is called in other files."""
    words, missing = Counter(one.words or {}), Counter(one.missing)
    for other in others:
        words.update(other.words or {})
        missing.update(other.missing)
    return replace(one, words=dict(words) if one.words is not None else None, missing=dict(missing))


def _missing_of(text: pl.Series) -> dict[str, int]:
    """Cells that say that there is no value, as they are written, with their counts."""
    is_word = text.str.to_lowercase().is_in(_missing_words())
    found = text.filter(is_word | text.str.contains(_placeholder())).drop_nulls()
    return dict(found.value_counts().iter_rows()) if len(found) else {}


@cache
def _missing_words() -> list[str]:
    return list(lexicon()["missing"])


@cache
def _placeholder() -> str:
    days = "|".join(re.escape(day) for day in lexicon()["placeholder_days"])
    return rf"^(?:{days})(?:[ T]0?0:00(?::00(?:\.0+)?)?|[ T]12:00(?::00)? AM)?Z?$"


def _words(filled: pl.Series) -> dict[str, int]:
    return dict(filled.value_counts().sort(["count", filled.name], descending=[True, False]).iter_rows())


def _share(some: pl.Series, of: pl.Series) -> float:
    return len(some) / max(1, len(of))


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
