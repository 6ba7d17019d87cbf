"""Blocks: what is valid from a day on, until the next block. One mapping alone is valid since ever."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def written_day(value: object) -> date:
    """A day written as YYYY-MM-DD; raises ValueError."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _refuse(value)
    except ValueError:
        raise ValueError(f"'{value}' is no day; write it like 2026-01-31") from None


def _refuse(value: object) -> date:
    raise ValueError(value)


Day = Annotated[date, BeforeValidator(written_day)]


class Block(BaseModel):
    """What is valid from the local midnight of a day on; without a day since ever."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: Day | None = Field(default=None, description="first day; left out: since ever")


B = TypeVar("B", bound=Block)


def _listed(value: Any) -> Any:
    if not value:
        raise ValueError("nothing is said here; say it, or leave the key out")
    if not isinstance(value, dict | list | tuple):
        raise ValueError(f"'{value}' stands alone; write its keys beneath, each with its value")  # noqa: TRY004
    return [value] if isinstance(value, dict) else value


def _ordered(blocks: tuple[B, ...]) -> tuple[B, ...]:
    days = [each.valid_from for each in blocks]
    for day in days:
        if days.count(day) > 1:
            when = f"start on {day}" if day else "have no valid_from"
            raise ValueError(f"{days.count(day)} blocks {when}; give each a valid_from of its own")
    return tuple(sorted(blocks, key=lambda block: block.valid_from or date.min))


Blocks = Annotated[tuple[B, ...], BeforeValidator(_listed), AfterValidator(_ordered)]


def valid_on(blocks: Sequence[B], day: date) -> B | None:
    """The block that is valid on a day; null before the first."""
    return next((each for each in reversed(blocks) if (each.valid_from or date.min) <= day), None)
