"""Checks on a stage before it may be published: what must hold, and how many rows break it."""

from datetime import date

from okr_analytics.warehouse.engine import Engine

FRESH_DAYS = 3


def unbalanced_files(engine: Engine) -> list[tuple[str, int, int]]:
    """Files whose rows are not all accounted for: file, rows read, rows accounted for."""
    return engine.rows(
        "select file, rows_read, "
        "rows_current + rows_superseded + rows_rejected + rows_folded + rows_removed as accounted "
        "from ops.loads where status = 'loaded' and accounted is distinct from rows_read order by file"
    )


def repeated_tickets(engine: Engine) -> int:
    """Tickets that stand more than once in core.tickets."""
    ((rows, distinct),) = engine.rows("select count(*), count(distinct (source, ticket_id)) from core.tickets")
    return int(rows - distinct)


def stale_sources(engine: Engine, as_of: date) -> list[tuple[str, date]]:
    """Sources whose exports end more than three days before the day that the run speaks of."""
    return engine.rows(
        "select source, last_day from core.coverage where date_diff('day', last_day, ?) > ? order by source",
        [as_of, FRESH_DAYS],
    )
