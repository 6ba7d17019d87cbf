"""Why a source's own figure and ours differ: of the causes in sql/DECISIONS.md the first that applies.

One ticket, measure and clock at a time. Which figures stand side by side is `reconciliation`.
"""

from collections.abc import Collection, Iterator

import polars as pl

from okr_analytics.clock.elapsed import utc_offset

ZONES = ("desk_zone", "read_zone")
MINUTE = 60
COMPARED = ("agrees", "rounding", "unexplained")  # where the calendar says so, what differs is in the hours
DIFFERENCE = pl.col("difference_seconds")


def with_cause(pairs: pl.LazyFrame, zones: Collection[str]) -> pl.LazyFrame:
    """Adds the difference of the two figures and its `cause`.

    `is_business`, `is_unsolved` and `calendar_cause` (that of the same measure on the calendar; null where nothing is
    compared there) say what the pair is about; the zones of its ZONES are among `zones`.
    """
    is_suspect = pl.col("cause").is_null()
    rest = pl.when("is_business").then(pl.lit("schedule")).otherwise(pl.lit("unexplained"))
    is_zoned = pl.any_horizontal(_is_of_zone(each, zones) for each in ZONES)
    return (
        pairs.with_columns(difference_seconds=pl.col("ours_seconds") - pl.col("theirs_seconds"), unit_seconds=_unit())
        .with_columns(cause=pl.coalesce(_missing(), _as_told(), _known_before()))
        .with_columns(pl.when(is_suspect).then(name).alias(f"suspect_{name}") for name in ("opened_at", "end_at"))
        .with_columns(cause=pl.coalesce("cause", pl.when(is_zoned).then(pl.lit("time_zone")), rest))
    )


def _unit() -> pl.Expr:
    """Seconds within which a difference is rounding: the unit of their figure, at least a minute where both our
    instants stand on whole minutes."""
    on_minutes = pl.all_horizontal(pl.col(name) == pl.col(name).dt.truncate("1m") for name in ("opened_at", "end_at"))
    return pl.max_horizontal("precision_seconds", pl.when(on_minutes).then(MINUTE).otherwise(1))


def _missing() -> pl.Expr:
    """Where one side has no figure: why, as far as that is known."""
    lacks_hours = pl.col("is_business") & pl.col("end_at").is_not_null()
    return (
        pl.when(pl.col("theirs_seconds").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("ours_seconds").is_not_null())
        .then(None)
        .when("is_unsolved")
        .then(pl.lit("reopened"))
        .when(lacks_hours)
        .then(pl.lit("schedule"))
        .otherwise(pl.lit("missing"))
    )


def _as_told() -> pl.Expr:
    """Whether theirs is ours, cut or rounded to the unit in which they tell it, or lies within rounding."""
    above, below = -DIFFERENCE, DIFFERENCE
    precision = pl.col("precision_seconds")
    return (
        pl.when((below < precision) & (2 * above <= precision))
        .then(pl.lit("agrees"))
        .when(DIFFERENCE.abs() <= pl.col("unit_seconds"))
        .then(pl.lit("rounding"))
    )


def _known_before() -> pl.Expr:
    """What is known of the ticket, or of the same measure on the calendar."""
    return (
        pl.when(pl.col("reopen_count") > 0)
        .then(pl.lit("reopened"))
        .when(pl.col("calendar_cause") == "time_zone")
        .then(pl.lit("time_zone"))
        .when(pl.col("calendar_cause").is_in(COMPARED))
        .then(pl.lit("schedule"))
    )


def _is_of_zone(zone: str, zones: Collection[str]) -> pl.Expr:
    """Whether the difference is what a wall clock of that zone is off: by its offset from UTC at either end, or by the
    change of it between the two."""
    return pl.any_horizontal(
        (offset != 0) & ((DIFFERENCE.abs() - offset).abs() <= pl.col("unit_seconds"))
        for offset in _offsets(zone, zones)
    ).fill_null(value=False)


def _offsets(zone: str, zones: Collection[str]) -> Iterator[pl.Expr]:
    """Seconds by which the zone's clock is off, without sign: for instants that are right, and for wall-clock times
    that were read as UTC."""
    instants = [pl.col(f"suspect_{name}") for name in ("opened_at", "end_at")]
    at = [utc_offset(each, zones, zone) for each in instants]
    on_walls = [utc_offset(each - offset, zones, zone) for each, offset in zip(instants, at, strict=True)]
    for begin, end in (at, on_walls):
        yield from (each.dt.total_seconds().abs() for each in (begin, end, end - begin))
