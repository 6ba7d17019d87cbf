"""SLA targets: within how much time, on which clock, by priority."""

import re
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from okr_analytics.desk.blocks import Block
from okr_analytics.durations import DAY, parts_of
from okr_analytics.errors import did_you_mean

Clock = Literal["calendar", "business"]
CLOCKS = ("calendar", "business")
DEFAULT = "default"
PRIORITIES = ("low", "normal", "high", "urgent")
EXAMPLE = "write it like 4 h business, 1 h 30 min calendar or 3 d calendar"


class Target(NamedTuple):
    """Within so many seconds of a clock."""

    seconds: int
    clock: Clock


def target(written: object, clock: str | None) -> Target:
    """A duration with its clock, or with the block's default `clock`. Raises ValueError."""
    text = str(written).strip().lower() if isinstance(written, str) else ""
    match = re.fullmatch(r"((?:\d+(?:\.\d+)?\s*[a-z]+\s*?)+?)(?:\s+(\w+))?", text)
    parts = parts_of(match[1]) if match else []
    if match is None or not parts:
        raise ValueError(f"'{written}' is no time with its unit; {EXAMPLE}")
    return Target(_whole(parts, written), _clock(match[2] or clock, parts, written))


def _whole(parts: list[tuple[Decimal, int]], written: object) -> int:
    seconds = sum((number * size for number, size in parts), Decimal(0))
    if seconds <= 0 or seconds != int(seconds):
        raise ValueError(f"'{written}' is no positive number of whole seconds; {EXAMPLE}")
    return int(seconds)


def _clock(word: str | None, parts: list[tuple[Decimal, int]], written: object) -> Clock:
    if word is None:
        raise ValueError(f"'{written}' names no clock; {EXAMPLE}, or give the block a clock")
    if word not in CLOCKS:
        raise ValueError(f"no clock '{word}'{did_you_mean(word, CLOCKS)}")
    if word == "business" and any(size == DAY for _, size in parts):
        raise ValueError(f"'{written}': a business day has no fixed length; write hours, like 8 h business")
    return "business" if word == "business" else "calendar"


def _with_clock(written: object, info: ValidationInfo) -> Target:
    return target(written, info.data.get("clock"))


def known_priority(word: str) -> str:
    """The word as tickets have it; raises ValueError for one that is nearly a priority of ours."""
    folded = word.strip().lower()
    if folded in (*PRIORITIES, DEFAULT):
        return folded
    if near := get_close_matches(folded, (*PRIORITIES, DEFAULT), n=1, cutoff=0.8):
        raise ValueError(f"no priority '{word}'; did you mean '{near[0]}'?")
    return word


Targets = dict[Annotated[str, AfterValidator(known_priority)], Annotated[Target, BeforeValidator(_with_clock)]]


class Sla(Block):
    """Targets by priority, the newest one of the ticket; `default` is for every other."""

    clock: Clock | None = Field(default=None, description="clock of targets that name none")
    first_response: Targets = Field(default={}, description="from opening to the first response, by priority")
    resolution: Targets = Field(default={}, description="from opening to the first solve, by priority")

    def target(self, promise: str, priority: str) -> Target | None:
        """The target of 'first_response' or 'resolution'; null where there is none."""
        targets: Targets = getattr(self, promise)
        return targets.get(priority, targets.get(DEFAULT))
