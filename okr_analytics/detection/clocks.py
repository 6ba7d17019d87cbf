"""Whether instants without an offset follow clocks that change: a helpdesk's own elapsed times tell.

A ticket that spans a change of clocks lasts an hour more or less than its wall-clock times say. Where the exported
figure agrees with one of the two on nearly all such tickets, the zone is proved, or wrong.
"""

import polars as pl

from okr_analytics.detection.facts import MOST
from okr_analytics.detection.proposal import Doubt

FIGURES = {
    "source_full_resolution_calendar_seconds": "resolved_at",
    "source_first_resolution_calendar_seconds": "first_resolved_at",
    "source_first_response_calendar_seconds": "first_response_at",
}
FEWEST = 5
WITHIN_SECONDS = 120


def told_by_figures(rows: pl.DataFrame, zone: str) -> tuple[str | None, Doubt | None]:
    """Evidence that the instants of these canonical rows are in that zone, or the doubt that they are; null for both
    where nothing tells."""
    if zone == "UTC" or "opened_at" not in rows.columns:
        return None, None
    spans = pl.concat([_spans(rows, figure, end, zone) for figure, end in FIGURES.items() if figure in rows.columns])
    if len(spans) < FEWEST:
        return None, None
    elapsed, shown = (_agreeing(spans, name) for name in ("elapsed", "shown"))
    if elapsed >= MOST * len(spans) > shown:
        tickets = f"{elapsed:,} of {len(spans):,} tickets that span a change of clocks"
        return f"time zone {zone}: on {tickets} the helpdesk's own figures agree with it", None
    if shown >= MOST * len(spans) > elapsed:
        found = (
            f"the helpdesk's own figures contradict time zone {zone} on {shown:,} of {len(spans):,} tickets that span "
            "a change of its clocks, and agree with clocks that never change"
        )
        return None, Doubt(found, "the instants are likely in UTC; if so, say --time-zone UTC")
    return None, None


def _spans(rows: pl.DataFrame, figure: str, end: str, zone: str) -> pl.DataFrame:
    """The rows whose wall-clock duration is not the elapsed one: what both are, and what the helpdesk says."""
    local = [_wall_clock(name, zone) for name in ("opened_at", end)]
    seconds = {
        "elapsed": (pl.col(end) - pl.col("opened_at")).dt.total_seconds(),
        "shown": (local[1] - local[0]).dt.total_seconds(),
        "figure": pl.col(figure).cast(pl.Int64),
    }
    return rows.select(**seconds).drop_nulls().filter(pl.col("elapsed") != pl.col("shown"))


def _wall_clock(name: str, zone: str) -> pl.Expr:
    return pl.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _agreeing(spans: pl.DataFrame, name: str) -> int:
    return int(((spans[name] - spans["figure"]).abs() <= WITHIN_SECONDS).sum())
