"""What is unusual about the newest days of a stage, in plain sentences; no verdict where too little is known.

What must hold, and not only usually does, stands in `audits.py`.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from math import sqrt
from statistics import median

from okr_analytics.desk import Desk
from okr_analytics.errors import OkrError
from okr_analytics.home import Home
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query
from okr_analytics.warehouse.thresholds import (
    LEAST_DIFFERENCE_SHARE,
    LEAST_DIFFERENCE_TICKETS,
    LEAST_LIKE_DAYS,
    LEAST_ROWS,
    LIKE_WEEKS,
    MOST_REJECTED_SHARE,
    RECENT_DAYS,
    SPREAD_OF_DEVIATION,
    SPREADS,
)

MISSING = {
    "channel": ("channel = 'unknown'", "true"),
    "team": ("team = 'unknown'", "true"),
    "first_response_at": ("first_response_at is null", "status in ('solved', 'closed')"),
    "resolved_at": ("resolved_at is null", "status in ('solved', 'closed')"),
}
"""Column -> (where it is missing, of which tickets)."""


def unusual_volumes(engine: Engine, desk: Desk, as_of: date) -> list[str]:
    """Sources whose newest whole day had far more or fewer openings than the same weekday of the weeks before."""
    lines = []
    for source, first, newest in _whole_days(engine, as_of):
        days = _like_days(desk, first, newest)
        span = {"first_day": newest - timedelta(weeks=LIKE_WEEKS), "last_day": newest}
        opened = dict(engine.rows(query("openings_by_day"), {"source": source, **span}))
        usual = [opened.get(day, 0) for day in days]
        if len(usual) >= LEAST_LIKE_DAYS and not _is_usual(opened.get(newest, 0), usual):
            lines.append(
                f"{source}: {opened.get(newest, 0):,} tickets opened on {newest:%A} {newest}, usual are "
                f"{median(usual):,.0f} (the {len(usual)} like days of {LIKE_WEEKS} weeks)"
            )
    return lines


def missing_values(engine: Engine, as_of: date) -> list[str]:
    """Columns that are missing far more often in tickets of the newest whole days than in those of the weeks before."""
    return [
        f"{source}: {column} is missing in {recent:.0%} of the tickets of {RECENT_DAYS} days to {newest}, "
        f"in {before:.0%} of those of the {LIKE_WEEKS} weeks before"
        for source, _, newest in _whole_days(engine, as_of)
        for column in MISSING
        for recent, before in _risen(engine, source, newest, column)
    ]


def rejected_shares(engine: Engine, as_of: date) -> list[str]:
    """Files of the newest days of which more than a twentieth of the rows are rejected; also those of unknown days."""
    values = {"share": MOST_REJECTED_SHARE, "since": as_of - timedelta(days=RECENT_DAYS)}
    rows = engine.rows(query("rejected_shares"), values)
    return [f"{file}: {rejected:,} of {read:,} rows are rejected (core.rejected_rows)" for file, read, rejected in rows]


def refused_inputs(engine: Engine, home: Home) -> list[str]:
    """Inputs of a source of which every row of every file that is new was rejected: another format, not bad rows.

    New is what the published warehouse does not say the same of. A file that was taken away is not held against it.
    """
    published_rejections = set(_rejections_published(home))
    rows = engine.rows(query("rejections_by_file"))
    inputs: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for source, kind, file, file_id, read, rejected in rows:
        if (file_id, rejected) not in published_rejections and (home.root / file).exists():
            inputs.setdefault((source, kind), []).append((file, read, rejected))
    return [
        f"{source}: every one of {sum(read for _, read, _ in files):,} new rows of {kind} is rejected "
        f"({', '.join(file for file, *_ in files)}); mend the source profile, or take the files out of exports/"
        for (source, kind), files in inputs.items()
        if sum(read for _, read, _ in files) >= LEAST_ROWS and all(read == rejected for _, read, rejected in files)
    ]


def _whole_days(engine: Engine, as_of: date) -> list[tuple[str, date, date]]:
    """Each source of tickets with the first and the newest day that it covers from midnight to midnight."""
    return engine.rows(query("whole_days"), {"as_of": as_of})


def _like_days(desk: Desk, first: date, newest: date) -> Iterator[date]:
    """The days of the weeks before that are like the newest one: the same weekday, and open or closed alike."""
    is_open = desk.is_business_day(newest)
    days = (newest - timedelta(weeks=weeks) for weeks in range(1, LIKE_WEEKS + 1))
    return (day for day in days if day >= first and desk.is_business_day(day) == is_open)


def _is_usual(count: int, usual: list[int]) -> bool:
    """Whether a count lies within chance of what is usual: by how those scatter, and at least as counts always do."""
    middle = float(median(usual))
    spread = SPREAD_OF_DEVIATION * median(abs(each - middle) for each in usual)
    return abs(count - middle) <= max(SPREADS * max(spread, sqrt(middle)), LEAST_DIFFERENCE_TICKETS)


def _risen(engine: Engine, source: str, newest: date, column: str) -> Iterator[tuple[float, float]]:
    """The share of missing values in the newest days, and before, where it rose by more than chance."""
    is_missing, of = MISSING[column]
    since = newest - timedelta(days=RECENT_DAYS)
    parts = engine.rows(
        f"select opened_date > ? as is_recent, count(*) filter (where {is_missing}), count(*) from core.tickets "
        f"where source = ? and opened_date > ? and opened_date <= ? and {of} group by is_recent order by is_recent",
        [since, source, since - timedelta(weeks=LIKE_WEEKS), newest],
    )
    if len(parts) == 2 and all(rows >= LEAST_ROWS for *_, rows in parts):  # noqa: PLR2004 - before, and recent
        (_, missed_before, before), (_, missed, recent) = parts
        share, usual = missed / recent, missed_before / before
        chance = SPREADS * sqrt(usual * (1 - usual) / recent)
        if share - usual > max(chance, LEAST_DIFFERENCE_SHARE):
            yield share, usual


def _rejections_published(home: Home) -> list[tuple[str, int]]:
    if not home.warehouse.exists():
        return []
    try:
        with Engine.published(home.warehouse) as engine:
            return engine.rows("select file_id, rows_rejected from ops.loads where status = 'loaded'")
    except OkrError:
        return []
