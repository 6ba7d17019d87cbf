"""What moved since an instant: per key result or objective the restated days, their newest answer, and what flipped."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query


@dataclass(frozen=True)
class Move:
    """How the answers about one key result or objective moved. `newest` is the row of okr.restatements of the newest
    restated day; `flips` are the restated days on which the status is another now."""

    what: str
    title: str
    unit: str
    is_objective: bool
    cause: str
    first: date
    last: date
    days: int
    flips: int
    newest: dict[str, Any]


def read_moves(engine: Engine, since: datetime) -> list[Move]:
    """What was restated after an instant (UTC): key results first, then objectives."""
    rows = engine.frame(query("restatements_since"), {"since": since}).iter_rows(named=True)
    return [_move(list(each)) for _, each in groupby(rows, key=lambda row: (row["is_objective"], row["what"]))]


def newest_answer_at(engine: Engine) -> datetime:
    """When an answer was kept last, UTC."""
    ((newest,),) = engine.rows(query("newest_answer_instant"))
    return newest or datetime.min  # noqa: DTZ901 - instants of the warehouse have no zone


def _move(rows: list[dict[str, Any]]) -> Move:
    newest = rows[-1]
    return Move(
        what=newest["what"],
        title=newest["title"],
        unit=newest["unit"],
        is_objective=newest["is_objective"],
        cause=newest["cause"],
        first=rows[0]["as_of_date"],
        last=newest["as_of_date"],
        days=len(rows),
        flips=sum(row["old_status"] != row["new_status"] for row in rows),
        newest=newest,
    )
