"""The cells of an export under our own column names: text, words, instants, days, numbers, yes and no.

One cell at a time: which columns there are is `contracts.kinds`, what a row must satisfy `contracts.rows`.
"""

import hmac
import os
from collections.abc import Collection

import polars as pl

from okr_analytics.contracts.rows import unreadable
from okr_analytics.exports.headers import Headers, Place
from okr_analytics.landing.durations import read_durations
from okr_analytics.landing.instants import read_days, read_instants
from okr_analytics.landing.nulled import Nulled
from okr_analytics.landing.numbers import read_numbers, rounded
from okr_analytics.landing.twice import second_of_two
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.sources.vocabulary import BEST_AND_WORST, REMAINING, STATIONS, UNIT_SECONDS, VERDICTS
from okr_analytics.sources.words import folding, plain

CUSTOMER_KEY_VARIABLE = "OKR_CUSTOMER_KEY"
LISTS = ("tags",)
GUARDED = r"^'([=+@-])"  # how programs keep a spreadsheet from taking a cell for a formula
LISTED = r'^\["(.+)"\]$'  # a list of words in one cell: ["Ana", "Ion"]
MINUTE = UNIT_SECONDS["min"]
MOST_SECONDS = 10**10  # three centuries
TRUE = ("true", "t", "yes", "y", "1", "si", "sim", "da", "verdadero", "verdadeiro", "adevarat", "met")
FALSE = ("false", "f", "no", "n", "0", "nao", "nu", "falso", "fals", "breached", "missed")


def customer_key() -> bytes | None:
    """The key under which customer identities are hashed; null means that none are kept."""
    return os.environ.get(CUSTOMER_KEY_VARIABLE, "").encode() or None


class Cells:
    """The cells of a batch under our column names; a column that the file lacks is all null. `later` has the second
    reading of instants whose wall-clock time occurs twice, once they are read."""

    def __init__(
        self, raw: pl.DataFrame, headers: Headers, profile: SourceProfile, desk_zone: str, nulled: Nulled
    ) -> None:
        self._raw, self._headers, self._profile, self._nulled = raw, headers, profile, nulled
        self._desk_zone = desk_zone
        self._missing = [word for word in profile.missing if word]
        self.later: dict[str, pl.Series] = {}

    def text(self, name: str) -> pl.Series:
        """Trimmed text; null where empty or one of the profile's words for missing."""
        if name not in self._headers:
            return self._absent(name, pl.String)
        place = self._headers[name]
        cells = [self._tidy(self._raw[each]) for each in place.names]
        return _one_of(cells, place, is_list=name in LISTS).alias(name)

    def _tidy(self, cells: pl.Series) -> pl.Series:
        text = cells.str.strip_chars()
        if text.str.starts_with("'").any():
            text = text.str.replace(GUARDED, "$1")
        if text.str.starts_with('["').any():
            listed = text.str.extract(LISTED).str.replace_all(r'",\s*"', ", ")
            text = listed.zip_with(listed.is_not_null(), text)
        return text.replace(["", *self._missing], None)

    def word(self, name: str) -> pl.Series:
        """The word folded to its closed list. An unknown channel or reason becomes 'other', an unknown priority
        stays as it is, an unknown status (of a ticket, or a human one) is null; all but the priority are counted."""
        text = self.text(name)
        if text.null_count() == len(text):
            return text
        known = folding(self._profile, name)
        found = {word: known.get(plain(word)) for word in text.unique().drop_nulls()}
        foreign = [word for word, ours in found.items() if ours is None]
        if foreign and name != "priority":
            self._nulled.add(name, "unknown word", text.is_in(foreign))
        folded = text.replace_strict(found, return_dtype=pl.String)
        if foreign and name not in ("status", "human_status"):
            stand_in = text if name == "priority" else text.set(text.is_not_null(), "other")
            folded = folded.zip_with(folded.is_not_null(), stand_in)
        return folded

    def instant(self, name: str) -> tuple[pl.Series, pl.Series]:
        """The instants, and a flag where a filled cell could not be read."""
        if name not in self._headers:
            flag = pl.repeat(value=False, n=len(self._raw), dtype=pl.Boolean, eager=True)
            return self._absent(name, pl.Datetime("us")), flag.alias(unreadable(name))
        text = self.text(name)
        zone = self._headers[name].zone or self._zone
        instants = read_instants(text, self._profile.instants.formats, zone)
        if zone != "UTC" and (later := second_of_two(text, instants, zone)) is not None:
            self.later[name] = later
        return instants, (instants.is_null() & text.is_not_null()).alias(unreadable(name))

    @property
    def precise(self) -> frozenset[str]:
        """The durations that are told in minutes or finer."""
        return frozenset(name for name, place in self._headers.items() if UNIT_SECONDS.get(place.unit, 1) <= MINUTE)

    @property
    def _zone(self) -> str:
        return self._profile.instants.zone(self._desk_zone)

    def day(self, name: str) -> tuple[pl.Series, pl.Series]:
        """The days, where the desk is, and a flag where a filled cell could not be read."""
        text = self.text(name)
        days = read_days(text, self._profile.instants.formats, self._zone, self._desk_zone)
        return days, (days.is_null() & text.is_not_null()).alias(unreadable(name))

    def whole_number(self, name: str) -> pl.Series:
        """A count; unreadable and negative ones are nulled and counted. Of stations, the ways between them."""
        if name not in self._headers:
            return self._absent(name, pl.Int64)
        text = self.text(name)
        number = text.cast(pl.Int64, strict=False)
        if number.null_count() > text.null_count():
            number = number.zip_with(number.is_not_null(), rounded(text))
        self._nulled.add(name, "no number", number.is_null() & text.is_not_null())
        self._nulled.add(name, "negative", number < 0)
        count = number.set(number < 0, None)
        return (count - 1).clip(lower_bound=0) if self._headers[name].unit == STATIONS else count

    def duration(self, name: str) -> pl.Series:
        """Whole seconds; unreadable and negative ones are nulled and counted."""
        if name not in self._headers:
            return self._absent(name, pl.Int64)
        text = self.text(name)
        read = read_durations(text, self._headers[name].unit)
        if read.precision_seconds:
            self._nulled.tell_within(name, read.precision_seconds)
        seconds = read.seconds.round().cast(pl.Int64, strict=False)
        self._nulled.add(name, "no number", seconds.is_null() & text.is_not_null())
        self._nulled.add(name, "negative", seconds < 0)
        self._nulled.add(name, "beyond reason", seconds > MOST_SECONDS)
        return seconds.set(~seconds.is_between(0, MOST_SECONDS), None)

    def flag(self, name: str) -> pl.Series:
        """True or false; any other word is nulled and counted. Of a time that remains: whether any does."""
        text = self.text(name)
        if name in self._headers and self._headers[name].unit == REMAINING:
            left = read_durations(text, "min").seconds
            flags = ((left >= 0) & ~text.str.starts_with("-")).set(left.is_null(), None)  # -0:00 is seconds too late
        else:
            flags = _yes_or_no(text, *(self._own(name, word) for word in VERDICTS))
        self._nulled.add(name, "neither yes nor no", flags.is_null() & text.is_not_null())
        return flags

    def tick(self, name: str) -> tuple[pl.Series, pl.Series]:
        """True or false, and whether the cell is filled: one that says neither is another thing than an empty one."""
        return self.flag(name), self.text(name).is_not_null().alias(f"{name}_is_filled")

    def number(self, name: str) -> tuple[pl.Series, pl.Series]:
        """The numbers, and a flag where a filled cell could not be read; such cells are counted."""
        text = self.text(name)
        number = read_numbers(text)
        is_unreadable = number.is_null() & text.is_not_null()
        self._nulled.add(name, "no number", is_unreadable)
        return number, is_unreadable.alias(unreadable(name))

    def judgement(self, name: str) -> tuple[pl.Series, pl.Series]:
        """An answer to a question as a number on the question's scale, or as its best or worst, or yes or no; anything
        else is nulled and counted. What the profile has a word for is that, also where it looks like a number."""
        text = self.text(name)
        own = folding(self._profile, name)
        words = {word: own.get(plain(word)) for word in text.unique().drop_nulls()} if own else {}
        marks = text.replace_strict(words, default=None, return_dtype=pl.String)
        number = read_numbers(text.zip_with(marks.is_null(), marks.replace(list(BEST_AND_WORST), None)))
        said = _yes_or_no(text.set(number.is_not_null(), None), *(self._own(name, word) for word in BEST_AND_WORST))
        self._nulled.add(name, "neither yes, no nor a number", text.is_not_null() & number.is_null() & said.is_null())
        return number, said.alias(f"{name}_is_best")

    def _own(self, name: str, ours: str) -> list[str]:
        """The profile's words for one of ours."""
        return [word for word, found in folding(self._profile, name).items() if found == ours]

    def presence(self, name: str) -> pl.Series:
        """Whether the cell is filled; null where the file has no such column. What it says is not kept."""
        if name not in self._headers:
            return self._absent(f"has_{name}", pl.Boolean)
        return self.text(name).is_not_null().alias(f"has_{name}")

    def customer(self, key: bytes | None) -> pl.Series:
        """Keyed hashes of the customers' identities: the same customer is the same key, and nobody can go back."""
        if key is None or "customer" not in self._headers:
            return self._absent("customer_key", pl.String)
        text = self.text("customer").str.to_lowercase().alias("customer_key")
        hashed = {each: hmac.digest(key, each.encode(), "sha256").hex()[:32] for each in text.unique().drop_nulls()}
        return text.replace_strict(hashed, return_dtype=pl.String)

    def event(self) -> tuple[pl.Series, ...]:
        """Instant, order and kind of an event."""
        events = self._profile.events
        answered = self.text("event_response")
        silent = list(events.response.not_in) if events and events.response else []
        is_response = (answered.is_not_null() & ~answered.is_in(silent)).fill_null(value=False)
        return (
            *self.instant("event_at"),
            self.whole_number("event_sequence"),
            is_response.alias("is_response"),
        )

    def _absent(self, name: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
        return pl.repeat(None, len(self._raw), dtype=dtype, eager=True).alias(name)


def _one_of(cells: list[pl.Series], place: Place, *, is_list: bool) -> pl.Series:
    """Cells of one row as one cell: side by side, a list of all, or the first that is filled."""
    if len(cells) == 1:
        return cells[0]
    columns = [each.alias(str(number)) for number, each in enumerate(cells)]
    if place.how == "together":
        one = pl.concat_str(columns, separator=" ", ignore_nulls=True).replace("", None)
    elif is_list:
        one = pl.concat_str(columns, separator=", ", ignore_nulls=True).replace("", None)
    else:
        one = pl.coalesce(columns)
    return pl.select(one).to_series()


def _yes_or_no(text: pl.Series, yes: Collection[str] = (), no: Collection[str] = ()) -> pl.Series:
    """True or false in the words of four languages, or in these; null for any other word."""
    if text.null_count() == len(text):
        return text.cast(pl.Boolean)
    said = {word: plain(word) for word in text.unique().drop_nulls()}
    trues, falses = {*TRUE, *yes} - {*no}, {*FALSE, *no} - {*yes}
    meaning = {word: (True if each in trues else False if each in falses else None) for word, each in said.items()}
    return text.replace_strict(meaning, return_dtype=pl.Boolean)
