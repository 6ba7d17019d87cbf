"""What a header says: its words, unit, clock and zone, and how much it sounds like one of our columns.

What its cells hold does not belong here.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml

from okr_analytics.sources.words import plain

UNITS = {
    "ms": ("ms", "millisecond", "milliseconds", "milisegundos", "milisecunde"),
    "s": ("s", "sec", "secs", "second", "seconds", "seg", "segs", "segundo", "segundos", "secunda", "secunde"),
    "min": ("min", "mins", "minute", "minutes", "minuto", "minutos", "minut"),
    "h": ("h", "hr", "hrs", "hour", "hours", "hora", "horas", "ora", "ore"),
    "d": ("d", "day", "days", "dia", "dias", "zi", "zile"),
}
IN_WORDS = ("in", "en", "em")
BUSINESS = (
    "business",
    "working",
    "laborales",
    "laborables",
    "habiles",
    "uteis",
    "comercial",
    "comerciais",
    "lucratoare",
)
CALENDAR = ("calendar", "calendario", "natural", "naturales", "corridas", "corridos", "calendaristice", "calendaristic")
CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Ý])|(?<=[A-Z])(?=[A-Z][a-z])")
OFFSET = re.compile(r"\b(?:GMT|UTC)\s?([+-])\s?(\d{1,2})(?::?00)?\b")
LIGHT_WEIGHT = 0.15
NEVER_FACTOR = 0.3
LIKELY, RARELY = 0.62, 0.5
LEAST_OF_WHOLE = 0.8
DEPTH_FACTOR = 0.96  # of two equal names the one that is nearer to the ticket
NAMES_OF_A_THING = ("name", "value", "displayName", "label", "title")


@dataclass(frozen=True)
class HeaderName:
    """A header taken apart. `unit` and `zone` are null where it names none, `is_business` where it names no clock."""

    header: str
    words: tuple[str, ...]
    unit: str | None
    zone: str | None
    is_business: bool | None


@dataclass(frozen=True)
class Phrase:
    """A way to call a column, and how sure it is."""

    words: frozenset[str]
    strength: float


@dataclass(frozen=True)
class Calls:
    """How headers call one of our columns."""

    phrases: tuple[Phrase, ...]
    never: frozenset[str]
    is_whole: bool


@cache
def _said() -> Any:
    text = (Path(__file__).parent / "names.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - safe, and every scalar is a word


@cache
def _light() -> frozenset[str]:
    return frozenset(_said()["light"])


@cache
def _silent() -> frozenset[str]:
    return frozenset(_said()["silent"])


@cache
def calls() -> dict[str, Calls]:
    """Per column of ours, and of an event: how headers call it."""
    return {ours: _calls(said) for ours, said in _said()["columns"].items()}


def _calls(said: dict[str, Any]) -> Calls:
    phrases = [
        Phrase(frozenset(words_of(text)), strength)
        for key, strength in (("names", 1.0), ("likely", LIKELY), ("rarely", RARELY))
        for text in said.get(key, ())
    ]
    return Calls(tuple(phrases), frozenset(said.get("never", ())), "is_whole" in said)


def words_of(text: str) -> list[str]:
    """The words of a header without case, accents and punctuation; camelCase is two; silent ones are left out."""
    parted = re.findall(r"[a-z]+|\d+|#", plain(CAMEL.sub(" ", text).replace("#", " # ")).replace("e-mail", "email"))
    words = ["number" if word == "#" else word for word in parted]
    return [word for word in words if word not in _silent()] or words


@cache
def name_of(header: str) -> HeaderName:
    """The header taken apart."""
    bare, zone = _without_zone(header)
    words = words_of(bare)
    unit = _unit(bare, words)
    is_business = True if {*words} & {*BUSINESS} else False if {*words} & {*CALENDAR} else None
    return HeaderName(header, tuple(words), unit, zone, is_business)


def _without_zone(header: str) -> tuple[str, str | None]:
    """The header without the zone that it names, and that zone under its IANA name."""
    for word in re.findall(r"[A-Za-z]+(?:/[A-Za-z_+-]+[0-9]*)+", header):
        if word in available_timezones():
            return header.replace(word, " "), word
    if offset := OFFSET.search(header):
        sign = "-" if offset[1] == "+" else "+"  # Etc/GMT+5 is five hours behind
        name = f"Etc/GMT{sign}{int(offset[2])}" if int(offset[2]) else "UTC"
        if name in available_timezones():
            return header.replace(offset[0], " "), name
    if re.search(r"\b(?:UTC|GMT)\b", header):
        return re.sub(r"\b(?:UTC|GMT)\b", " ", header), "UTC"
    return header, None


def _unit(header: str, words: list[str]) -> str | None:
    """The unit that the header names: its last word, one after 'in', or one in brackets."""
    named = re.findall(r"[a-z]+", plain(CAMEL.sub(" ", header)))
    if "within" in named or "business hours)" in header.lower():  # that names the clock, not the unit
        words = [word for word in words if word != "hours"]
        header = re.sub(r"(?i)business hours", " ", header)
        named = [word for word in named if word != "hours"]
    spoken = {after for before, after in pairwise(named) if before in IN_WORDS}
    bracketed = {word for inside in re.findall(r"\(([^)]*)\)", plain(header)) for word in re.findall(r"[a-z]+", inside)}
    ending = {word for word in words[-1:] if len(words) > 1}
    beginning = {
        word for word in words[:1] if len(words) > 1 and word in ("days", "hours", "minutes", "seconds", "dias")
    }
    for sounds in (spoken | bracketed, ending | beginning):
        for unit, spellings in UNITS.items():
            if sounds & {*spellings}:
                return unit
    return None


@cache
def _unit_words() -> frozenset[str]:
    return frozenset(word for spellings in UNITS.values() for word in spellings if word not in ("ora", "hora", "dia"))


@cache
def sounds_like(name: HeaderName, ours: str) -> float:
    """0.0 to 1.0: how much the header sounds like one of our columns."""
    whole, *ends = (_sounds(part, calls()[ours]) for part in _paths(name))
    return max(whole, *(DEPTH_FACTOR ** name.header.count(".") * end for end in ends), 0.0)


@cache
def calls_for_instants(name: HeaderName) -> bool:
    """Whether the header sounds like a column of instants rather than an id."""
    instants = max(sounds_like(name, ours) for ours in calls() if ours.endswith("_at"))
    return instants >= LIKELY - 0.1 and instants > sounds_like(name, "ticket_id")


def _paths(name: HeaderName) -> list[HeaderName]:
    """The header; of a field of a field also its last names, which may say all."""
    steps = name.header.split(".")
    if len(steps) == 1 or " " in name.header:
        return [name]
    ends = [steps[-count:] for count in (1, 2) if count < len(steps)]
    if steps[-1] in NAMES_OF_A_THING and len(steps) > 1:
        ends.append([steps[-2]])
    return [name, *(name_of(" ".join(end)) for end in ends)]


def _sounds(name: HeaderName, known: Calls) -> float:
    heard = frozenset(name.words) - (_unit_words() if name.unit else frozenset()) - {*BUSINESS, *CALENDAR}
    heard = heard or frozenset(name.words)
    best = max((_likeness(phrase, heard, is_whole=known.is_whole) for phrase in known.phrases), default=0.0)
    return best * (NEVER_FACTOR if heard & known.never else 1.0)


def _likeness(phrase: Phrase, heard: frozenset[str], *, is_whole: bool) -> float:
    said = phrase.words - _unit_words() if phrase.words - _unit_words() <= heard else phrase.words
    if not said or not said <= heard or (said <= _light() and said != heard):
        return 0.0
    share = _weight(said) / _weight(heard)
    if is_whole and share < LEAST_OF_WHOLE:
        return 0.0
    return phrase.strength * (0.35 + 0.65 * share)


def _weight(words: frozenset[str]) -> float:
    return sum(LIGHT_WEIGHT if word in _light() else 1.0 for word in words)
