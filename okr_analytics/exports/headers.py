"""Where our columns stand in a file: headers held against a profile's, and the row that they are in.

A header is its profile's if it is spelled the same, else if only case, accents or punctuation differ.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal
from zoneinfo import available_timezones

from okr_analytics.errors import FileRefused
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.sources.vocabulary import ZONE_IN_HEADER
from okr_analytics.sources.words import plain

OFFSET = re.compile(r"(?:UTC|GMT)\s*([+-])(\d{1,2})(?::?00)?", re.IGNORECASE)
REPEATED = r"{} \(\d+\)"
MOST_NAMED = 40


@dataclass(frozen=True)
class Place:
    """Where one of our columns stands in a file: under one header, under one that occurs several times (`repeated`),
    or in cells that are read together. `zone` is the one that the header names; `unit` that of its bare numbers."""

    names: tuple[str, ...]
    how: Literal["alone", "repeated", "together"] = "alone"
    zone: str | None = None
    unit: str = "s"


Headers = dict[str, Place]


class Wanted:
    """The headers that a profile knows, and where they are found."""

    def __init__(self, profile: SourceProfile) -> None:
        self._profile = profile
        self._columns = {**profile.columns, **_event_columns(profile)}

    def hits(self, header: Sequence[str]) -> int:
        """How many of these names are headers that the profile knows."""
        names = {plain_header(name) for name in header if name}
        return len(names & self._plain) + sum(any(map(form.fullmatch, header)) for form in self._zoned)

    def placed(self, header: Sequence[str]) -> Headers:
        """Our columns' places in a file. Raises FileRefused naming every header that is missing."""
        finder = _Finder(header)
        found = {ours: self._place(ours, theirs, finder) for ours, theirs in self._columns.items()}
        for ours, parts in self._profile.together.items():
            found[ours] = _together([finder.place(theirs) for theirs in parts])
        self._refuse_lacking(found, header)
        return {ours: place for ours, place in found.items() if place}

    def _place(self, ours: str, theirs: Sequence[str], finder: "_Finder") -> Place | None:
        place = finder.place(theirs)
        if place is None:
            return None
        unit = next((self._profile.unit(ours, each) for each in theirs if _is_same(each, place.names[0])), "s")
        return Place(place.names, place.how, place.zone, unit)

    def _refuse_lacking(self, found: dict[str, Place | None], header: Sequence[str]) -> None:
        named = {**self._columns, **{ours: parts[0] for ours, parts in self._profile.together.items()}}
        lacking = [named[ours][0] for ours, place in found.items() if not place and self._profile.is_required(ours)]
        if not lacking:
            return
        # where no header is known the first record may be data, and people's data stays out of messages
        has = (
            f"; the file has {', '.join(map(repr, header[:MOST_NAMED]))}"
            if any(found.values())
            else ", nor any other known one"
        )
        mend = "export it with that column and a header row, or name its header in the source profile"
        raise FileRefused(f"no column {', '.join(map(repr, lacking))}{has}", mend)

    @cached_property
    def _all(self) -> list[str]:
        parts = (each for parts in self._profile.together.values() for each in parts)
        return [name for names in (*self._columns.values(), *parts) for name in names]

    @cached_property
    def _plain(self) -> set[str]:
        return {plain_header(name) for name in self._all if ZONE_IN_HEADER not in name}

    @cached_property
    def _zoned(self) -> list[re.Pattern[str]]:
        return [_zoned(name) for name in self._all if ZONE_IN_HEADER in name]


class _Finder:
    """Finds headers in one file: spelled the same, else the same but for case, accents and punctuation."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = header
        self._plain: dict[str, str] = {}
        for name in header:
            self._plain.setdefault(plain_header(name), name)

    def place(self, theirs: Sequence[str]) -> Place | None:
        """The place of the first of these headers that the file has."""
        return next((place for place in map(self._one, theirs) if place), None)

    def _one(self, name: str) -> Place | None:
        if ZONE_IN_HEADER in name:
            return next(self._in_zones(name), None)
        found = name if name in self._header else self._plain.get(plain_header(name))
        if found is None:
            return None
        again = re.compile(REPEATED.format(re.escape(found)), re.IGNORECASE)
        repeats = [each for each in self._header if again.fullmatch(each)]
        return Place((found, *repeats), "repeated" if repeats else "alone")

    def _in_zones(self, name: str) -> Iterator[Place]:
        for each in self._header:
            found = _zoned(name).fullmatch(each)
            if found and (zone := zone_named(found["zone"])):
                yield Place((each,), zone=zone)


def plain_header(name: str) -> str:
    """The header as headers are compared: without case, accents, punctuation."""
    return " ".join(re.sub(r"[^\w]|_", " ", plain(name)).split()) or name


def distinct(header: Sequence[str]) -> list[str]:
    """Headers told apart: an unnamed column gets its number, a repeated one a counter."""
    named = [name or f"column {number}" for number, name in enumerate(header, start=1)]
    seen: Counter[str] = Counter()
    told_apart = []
    for name in named:
        seen[name.casefold()] += 1
        told_apart.append(name if seen[name.casefold()] == 1 else f"{name} ({seen[name.casefold()]})")
    return told_apart


def zone_named(text: str) -> str | None:
    """The IANA zone that a header names, also as a whole offset from UTC; null where it names none."""
    written = text.strip()
    if offset := OFFSET.fullmatch(written):
        hours = int(offset[2])
        turned = "-" if offset[1] == "+" else "+"  # IANA counts from there to Greenwich
        written = f"Etc/GMT{turned}{hours}" if hours else "UTC"
    return _zones().get(written.casefold())


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def _zoned(name: str) -> re.Pattern[str]:
    before, after = name.split(ZONE_IN_HEADER, maxsplit=1)
    return re.compile(f"{re.escape(before)}(?P<zone>.+){re.escape(after)}", re.IGNORECASE)


def _is_same(theirs: str, found: str) -> bool:
    return theirs == found or plain_header(theirs) == plain_header(found)


def _together(places: Sequence[Place | None]) -> Place | None:
    """Cells side by side; null where one of the headers is missing."""
    found = [place.names[0] for place in places if place]
    return Place(tuple(found), "together") if len(found) == len(places) else None


def _event_columns(profile: SourceProfile) -> dict[str, tuple[str, ...]]:
    if not profile.events:
        return {}
    named = {
        "event_at": profile.events.at,
        "event_sequence": profile.events.sequence,
        "event_response": profile.events.response and profile.events.response.column,
    }
    return {ours: (theirs,) for ours, theirs in named.items() if theirs}
