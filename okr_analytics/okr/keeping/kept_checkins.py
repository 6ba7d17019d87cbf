"""Check-ins as the history keeps them: whatever was once read stays, also when its export is gone."""

from datetime import datetime

import polars as pl

from okr_analytics.contracts.definitions import CheckIns
from okr_analytics.okr.defining.checkins import CheckIn
from okr_analytics.okr.keeping.history import History
from okr_analytics.warehouse.engine import Engine

TABLE = "check_ins"
KEY = ["source", "kr_id", "day", "milestone", "author"]
SAID = [*KEY, "is_done", "confidence", "human_status", "expires_on", "comment"]


def keep_check_ins(history: History, engine: Engine, now: datetime) -> pl.DataFrame:
    """Append what core.checkins says that is not kept yet; gives okr.checkins: the newest word on each."""
    read = engine.frame(f"select {', '.join(SAID)} from core.checkins order by all")
    kept = history.rows(TABLE, CheckIns)
    new = read.join(_newest(kept), on=SAID, how="anti", nulls_equal=True)
    history.append(TABLE, new.with_columns(known_from=now), CheckIns)
    return _newest(history.rows(TABLE, CheckIns))


def check_ins(history: History) -> dict[str, list[CheckIn]]:
    """The newest words by key result, in the order of their days."""
    found: dict[str, list[CheckIn]] = {}
    newest = _newest(history.rows(TABLE, CheckIns)).select(
        "kr_id", "day", "milestone", "is_done", "confidence", "human_status", "expires_on", "comment", "author"
    )
    for row in newest.iter_rows():
        found.setdefault(row[0], []).append(CheckIn(*row))
    return found


def newly_checked_in(history: History) -> set[str]:
    """The key results about which this run read something new."""
    return set(history.added(TABLE, CheckIns)["kr_id"])


def _newest(kept: pl.DataFrame) -> pl.DataFrame:
    return kept.unique(KEY, keep="last", maintain_order=True).sort(KEY, nulls_last=False)
