"""Checks on a stage before it may be published: what must hold, and how many rows break it."""

from datetime import date
from typing import Any

from okr_analytics.warehouse.engine import Engine
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
    return engine.rows(
        "select file, rows_read, "
        "rows_current + rows_superseded + rows_rejected + rows_folded + rows_removed as accounted "
        "from ops.loads where status = 'loaded' and accounted is distinct from rows_read order by file"
    )


def repeated_rows(engine: Engine, table: str, rows_of: str) -> int:
    """Rows that stand more than once under their table's key: of the table, or of what was patched into it, which took
    the place of all rows that had these keys."""
    key = ", ".join(KEYS[table])
    ((rows, distinct),) = engine.rows(f"select count(*), count(distinct ({key})) from {rows_of}")
    return int(rows - distinct)


def unbalanced_backlogs(engine: Engine) -> list[tuple[Any, ...]]:
    """Days on which a backlog is not what it was plus what came, less what went: day, channel, team, priority, closing
    as counted and as it follows from the flows."""
    return engine.rows(
        "select day, channel, team, priority, closing_count, "
        "opening_count + opened_count + reopened_count - solved_count as expected "
        "from kpi.backlog_ledger where closing_count <> expected order by all"
    )


def unreadable_files(engine: Engine) -> list[str]:
    """Export files that could not be read under any name, with what was found and the mend."""
    rows = engine.rows(
        "select distinct file, error, mend from ops.loads where status = 'failed' "
        "and file not in (select file from ops.loads where status = 'loaded') order by all"
    )
    return [f"{file}: {error}; {mend}" for file, error, mend in rows]


def stale_sources(engine: Engine, as_of: date) -> list[str]:
    """Inputs of which the newest day lies more than three days before the day that the run speaks of."""
    rows = engine.rows(
        "select source, input, last_day, date_diff('day', last_day, ?) as age_days from core.coverage "
        "where age_days > ? order by source, input",
        [as_of, FRESH_DAYS],
    )
    return [f"{source}: {name} end on {day}, {age} days before {as_of}" for source, name, day, age in rows]
