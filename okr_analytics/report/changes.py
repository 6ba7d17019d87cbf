"""What changed since the page before: statuses that flipped, numbers that were restated, what was reached."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from okr_analytics.okr.keeping.flips import Flip, read_flips, read_published
from okr_analytics.okr.keeping.moves import Move, newest_answer_at, read_moves
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

FIRST_PAGE_DAYS = 7


@dataclass(frozen=True)
class Achievement:
    """Something that a key result reached on a day."""

    kr_id: str
    title: str
    achieved: str
    day: date


@dataclass(frozen=True)
class Changes:
    """What is another than on the page of `since`; `is_first`: there was none, so that day is looked at as it is known
    now, and nothing can be restated."""

    since: date
    is_first: bool
    flips: list[Flip]
    moves: list[Move]
    achievements: list[Achievement]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing changed."""
        return not (self.flips or self.moves or self.achievements)


def read_changes(engine: Engine) -> Changes:
    """Against the newest generation of an earlier day, so that several runs of one morning tell the same; where all are
    of this day, against the one before."""
    *earlier, newest = read_published(engine)
    before = next((each for each in reversed(earlier) if each.as_of < newest.as_of), earlier[-1] if earlier else None)
    if before is None:
        return _changes(engine, newest.as_of - timedelta(days=FIRST_PAGE_DAYS), newest.as_of, None)
    return _changes(engine, before.as_of, newest.as_of, before.published_at)


def _changes(engine: Engine, since: date, as_of: date, known_at: datetime | None) -> Changes:
    flips = read_flips(engine, since, known_at or newest_answer_at(engine), as_of)
    rows = engine.rows(query("achievements_between"), {"since": since, "as_of": as_of})
    achievements = [Achievement(*row) for row in rows]
    moves = read_moves(engine, known_at) if known_at else []
    return Changes(since, known_at is None, flips, moves, achievements)
