"""Checks on a stage before it may be published: what must hold, and how many rows break it."""

from datetime import date
from typing import Any

from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query
from okr_analytics.warehouse.thresholds import FRESH_DAYS

KEYS = {
    "core.tickets": ("source", "ticket_id"),
    "core.surveys": ("source", "survey_id"),
    "core.articles": ("source", "article_id", "day"),
    "core.observations": (
        "source", "metric", "day", "channel", "topic", "priority", "team", "agent", "segment",
    ),
    "core.checkins": ("source", "kr_id", "day", "milestone", "author"),
}  # fmt: skip


def unbalanced_files(engine: Engine) -> list[tuple[str, int, int]]:
    """Files whose rows are not all accounted for: file, rows read, rows accounted for."""
    return engine.rows(query("unbalanced_files"))


def repeated_rows(engine: Engine, table: str, rows_of: str) -> int:
    """Rows that stand more than once under their table's key: of the table, or of what was merged into it, which took
    the place of all rows that had these keys."""
    key = ", ".join(KEYS[table])
    ((rows, distinct),) = engine.rows(f"select count(*), count(distinct ({key})) from {rows_of}")
    return int(rows - distinct)


def unbalanced_backlogs(engine: Engine) -> list[tuple[Any, ...]]:
    """Days on which a backlog is not what it was plus what came, less what went: day, channel, team, priority, closing
    as counted and as it follows from the flows."""
    return engine.rows(query("unbalanced_backlogs"))


def unreadable_files(engine: Engine) -> list[str]:
    """Export files that could not be read under any name, with what was found and the mend."""
    return [f"{file}: {error}; {mend}" for file, error, mend in engine.rows(query("unreadable_files"))]


def stale_sources(engine: Engine, as_of: date) -> list[str]:
    """Inputs of which the newest day lies more than three days before the day that the run speaks of."""
    rows = engine.rows(query("stale_inputs"), {"as_of": as_of, "fresh_days": FRESH_DAYS})
    return [f"{source}: {name} end on {day}, {age} days before {as_of}" for source, name, day, age in rows]
