"""core.reconciliation: the figures that a source tells itself, beside ours, streamed.

Why two figures differ is `causes`. What the words mean: sql/DECISIONS.md, "The source's own figures".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from okr_analytics.contracts.columns import CLOCKS, SOLVED_STATUSES, SOURCE_SECONDS, TIMED
from okr_analytics.contracts.core import Reconciliation
from okr_analytics.contracts.validation import conform, empty
from okr_analytics.desk import Desk
from okr_analytics.flow import ahead, in_order
from okr_analytics.tickets.build import DURATIONS, zones_of
from okr_analytics.tickets.causes import with_cause
from okr_analytics.warehouse.engine import Engine, literal

TABLE = "core.reconciliation"
TOLD = (
    "select files.source, precisions.file_id, precisions.told_column, precisions.precision_seconds "
    "from landing.precisions as precisions join landing.files as files using (file_id) "
    f"where files.status = 'loaded' and told_column in ({', '.join(map(literal, SOURCE_SECONDS))})"
)
SOURCES = "select source, file_id from landing.files where status = 'loaded' and kind in ('tickets', 'events')"
TICKETS = (
    "select source, ticket_id, file_id, status, reopen_count, opened_at, first_response_at, first_resolved_at, "
    "resolved_at, first_response_from, first_resolved_from, resolved_from, "
    f"{', '.join(f'{timed}_{clock}_seconds' for timed in TIMED for clock in CLOCKS)}, {', '.join(SOURCE_SECONDS)} "
    "from core.tickets"
)


@dataclass(frozen=True)
class SourceFigures:
    """What sources tell: per column of theirs the sources that ever fill it; and per file its zones, and the seconds
    within which it tells each column."""

    sources: Mapping[str, Collection[str]]
    files: pl.DataFrame
    zones: Collection[str]


def build_reconciliation(engine: Engine, desk: Desk) -> None:
    """Make core.reconciliation of core.tickets: no row for a measure and clock of which a source tells nothing."""
    figures = _source_figures(engine, desk)
    engine.create(TABLE, empty(Reconciliation))
    telling = sorted({source for sources in figures.sources.values() for source in sources})
    if not telling:
        return
    reader = engine.beside()
    tickets = reader.batches(f"{TICKETS} where source in ({', '.join(map(literal, telling))})")
    engine.stream(TABLE, in_order(partial(_compared, figures=figures), ahead(tickets)), like=empty(Reconciliation))
    reader.close()


def has_new_figure(engine: Engine, new_files: Collection[str]) -> bool:
    """Whether new files tell a figure that no earlier file of their source did: then also tickets that they do not
    speak of lack it."""
    rows = {(source, column, file_id in new_files) for source, file_id, column, _ in engine.rows(TOLD)}
    earlier_sources = {source for source, file_id in engine.rows(SOURCES) if file_id not in new_files}
    return any(
        is_new and (source, column, False) not in rows and source in earlier_sources for source, column, is_new in rows
    )


def _source_figures(engine: Engine, desk: Desk) -> SourceFigures:
    figure_files = engine.frame(TOLD)
    files = engine.frame(
        f"select file_id, coalesce(desk_time_zone, {literal(desk.time_zone)}) as desk_zone, "
        "coalesce(instants_time_zone, desk_zone) as read_zone from landing.files where status = 'loaded'"
    )
    sources = {
        column: figure_files.filter(told_column=column)["source"].unique().to_list() for column in SOURCE_SECONDS
    }
    for column in SOURCE_SECONDS:
        within = figure_files.filter(told_column=column).select(
            "file_id", pl.col("precision_seconds").alias(_within(column))
        )
        files = files.join(within, on="file_id", how="left")
    read = files["read_zone"].unique().to_list()
    return SourceFigures(sources, files, sorted({*zones_of(engine, desk), *read}))


def _compared(tickets: pl.DataFrame, figures: SourceFigures) -> pl.DataFrame:
    """The rows of some tickets."""
    with_files = tickets.lazy().join(figures.files.lazy(), on="file_id", how="left")
    rows = pl.concat(each for timed in TIMED for each in _both_clocks(with_files, timed, figures))
    return conform(rows.collect(), Reconciliation)


def _both_clocks(tickets: pl.LazyFrame, timed: str, figures: SourceFigures) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """A measure's rows, by the calendar and in business time."""
    is_compared = pl.col("is_kept") & pl.col("difference_seconds").is_not_null()
    calendar = (
        tickets.pipe(_side_by_side, timed, "calendar", figures)
        .with_columns(calendar_cause=pl.lit(None, pl.String))
        .pipe(with_cause, figures.zones)
    )
    business = (
        calendar.with_columns(calendar_cause=pl.when(is_compared).then("cause"))
        .pipe(_side_by_side, timed, "business", figures)
        .pipe(with_cause, figures.zones)
    )
    return _kept(calendar), _kept(business)


def _kept(pairs: pl.LazyFrame) -> pl.LazyFrame:
    return pairs.filter("is_kept").select(*Reconciliation.to_schema().columns)


def _side_by_side(tickets: pl.LazyFrame, timed: str, clock: str, figures: SourceFigures) -> pl.LazyFrame:
    """Adds theirs and ours, and what they are about. Not kept: what nobody knows, what the source never tells, and an
    instant of ours that is their figure itself."""
    theirs, end = f"source_{timed}_{clock}_seconds", DURATIONS[timed]
    is_theirs = (pl.col(f"{end.removesuffix('_at')}_from") == "derived").fill_null(value=False)
    return tickets.with_columns(
        measure=pl.lit(timed),
        clock=pl.lit(clock),
        end_at=end,
        ours_seconds=f"{timed}_{clock}_seconds",
        theirs_seconds=theirs,
        precision_seconds=pl.col(_within(theirs)).fill_null(1),
        is_business=pl.lit(clock == "business"),
        is_unsolved=pl.lit(timed == "full_resolution") & ~pl.col("status").is_in(SOLVED_STATUSES),
        is_kept=pl.col("source").is_in(figures.sources[theirs])
        & pl.any_horizontal(pl.col(theirs, f"{timed}_{clock}_seconds").is_not_null())
        & ~(is_theirs & (clock == "calendar")),
    )


def _within(column: str) -> str:
    return f"{column} within"
