"""Which statuses are another than in an earlier generation: what it said of its newest day beside what is said now."""

from dataclasses import dataclass
from datetime import date, datetime

from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query


@dataclass(frozen=True)
class Published:
    """One generation: its number, when it was published (UTC), and the day that it speaks of."""

    number: int
    published_at: datetime
    as_of: date


@dataclass(frozen=True)
class Flip:
    """A key result or objective whose status is another now."""

    is_objective: bool
    what: str
    title: str
    old: str | None
    new: str | None


def read_published(engine: Engine) -> list[Published]:
    """Every generation that this one knows of, oldest first; the last one is itself."""
    return [Published(*row) for row in engine.rows(query("generations"))]


def read_flips(engine: Engine, before: date, known_at: datetime, now: date) -> list[Flip]:
    """What was said of `before` at an instant (UTC) beside what is said of `now`: key results first."""
    values = {"before": before, "known_at": known_at, "as_of": now}
    return [Flip(*row) for row in engine.rows(query("status_flips"), values)]
