"""What a ticket's version means: state, solves and counters, contradictions nulled, dimensions filled.

One ticket at a time, whatever it came from. Meanings are those of sql/DECISIONS.md.
"""

from datetime import timedelta

import polars as pl

from okr_analytics.contracts.columns import SOLVED_STATUSES, UNKNOWN

DIMENSIONS = ("channel", "topic", "priority", "team", "agent", "segment")
AFTER_OPENING = ("first_response_at", "first_resolved_at", "reopened_at", "escalated_at")
COARSEST_UNIT = timedelta(hours=1)  # in which helpdesks tell their durations
WITHIN_7_DAYS = timedelta(days=7)
NULLED = {  # flags of values that could not stand or that the status asks for in vain: their column and the reason
    **{f"nulled_{name}": (name, "before opened") for name in AFTER_OPENING},
    "late_first_resolved_at": ("first_resolved_at", "after resolved"),
    "solved_without_instant": ("resolved_at", "solved without an instant"),
}


def settle(versions: pl.LazyFrame) -> pl.LazyFrame:
    """One row per ticket version: what it says, made consistent, with `nulled_<column>` flags."""
    return (
        versions.pipe(settle_first_response)
        .pipe(null_what_precedes_opening)
        .pipe(settle_state)
        .pipe(settle_counters)
        .pipe(settle_solves)
        .pipe(null_lost_origins)
        .pipe(settle_history)
        .pipe(settle_early_reopening)
        .pipe(fill_dimensions)
    )


def settle_first_response(versions: pl.LazyFrame) -> pl.LazyFrame:
    """The first answer and where it is known from: the export's instant, else the history's, else the opening and the
    source's own duration."""
    return versions.pipe(
        first_known,
        "first_response",
        {
            "export": pl.col("first_response_at"),
            "history": pl.col("history_first_response_at"),
            "derived": after_opening("first_response"),
        },
    )


def first_known(versions: pl.LazyFrame, name: str, instants: dict[str, pl.Expr]) -> pl.LazyFrame:
    """Sets `<name>_at` to the first of these that is known, and `<name>_from` to its origin."""
    origins = (pl.when(instant.is_not_null()).then(pl.lit(origin)) for origin, instant in instants.items())
    return versions.with_columns(
        pl.coalesce(*instants.values()).alias(f"{name}_at"), pl.coalesce(*origins).alias(f"{name}_from")
    )


def after_opening(duration: str) -> pl.Expr:
    """The instant at which a duration ended that the source itself counted on the calendar clock."""
    return pl.col("opened_at") + pl.duration(seconds=pl.col(f"source_{duration}_calendar_seconds"))


def null_what_precedes_opening(versions: pl.LazyFrame) -> pl.LazyFrame:
    """A first response, first solve, reopening or escalation before the opening is nulled and flagged."""
    return versions.with_columns(
        (pl.col(name) < pl.col("opened_at")).fill_null(value=False).alias(f"nulled_{name}") for name in AFTER_OPENING
    ).with_columns(pl.when(~pl.col(f"nulled_{name}")).then(pl.col(name)) for name in AFTER_OPENING)


def settle_state(versions: pl.LazyFrame) -> pl.LazyFrame:
    """A missing status follows from the instants: solved where there is a solve or a closing, else open."""
    has_end = pl.col("resolved_at").is_not_null() | pl.col("closed_at").is_not_null()
    implied = pl.when(has_end).then(pl.lit("solved")).otherwise(pl.lit("open"))
    return versions.with_columns(status=pl.coalesce("status", implied)).with_columns(
        is_solved=pl.col("status").is_in(SOLVED_STATUSES)
    )


def settle_counters(versions: pl.LazyFrame) -> pl.LazyFrame:
    """The export's highest counter, else solved-to-unsolved transitions; null where neither is known."""
    return versions.with_columns(
        reopen_count=pl.coalesce(
            "reopen_count", "history_reopen_count", pl.when(pl.col("reopened_at").is_not_null()).then(1)
        ),
        reopened_at=pl.coalesce("reopened_at", "history_reopened_at"),
    ).with_columns(
        first_reopened_at=pl.coalesce(
            "history_first_reopened_at", pl.when(pl.col("reopen_count") == 1).then("reopened_at")
        )
    )


def settle_solves(versions: pl.LazyFrame) -> pl.LazyFrame:
    """Last and first solve, and where each is known from. The last is null while the ticket is unsolved; never
    reopened, the two are equal."""
    exported, solved = pl.col("resolved_at"), pl.col("is_solved")
    reopened_once = (pl.col("reopen_count") <= 1).fill_null(value=True)
    before_reopening = pl.when(~solved & reopened_once).then(exported)
    lasts = {
        "export": exported,
        "history": pl.col("history_resolved_at"),
        "closed": pl.col("closed_at"),
        "derived": after_opening("full_resolution"),
    }
    firsts = {
        "export": pl.coalesce("first_resolved_at", before_reopening),
        "history": pl.col("history_first_resolved_at"),
        "derived": _derived_first_solve(lasts),
    }
    return (
        versions.pipe(first_known, "first_resolved", firsts)
        .pipe(first_known, "resolved", {origin: pl.when(solved).then(instant) for origin, instant in lasts.items()})
        .with_columns(closed_at=pl.when(solved).then("closed_at"))
        .pipe(settle_never_reopened)
        .pipe(null_contradicted_solves)
    )


def _derived_first_solve(lasts: dict[str, pl.Expr]) -> pl.Expr:
    """The source's own duration to the first solve. Told in whole minutes or hours it may come out a little after the
    last solve, and is that one then."""
    derived, last = after_opening("first_resolution"), pl.coalesce(*lasts.values())
    is_little = (derived > last) & (derived <= last + COARSEST_UNIT) & pl.col("is_solved")
    return pl.when(is_little).then(last).otherwise(derived)


def settle_never_reopened(versions: pl.LazyFrame) -> pl.LazyFrame:
    """A ticket that was never reopened has one solve."""
    is_once = ((pl.col("reopen_count") == 0) & pl.col("resolved_at").is_not_null()).fill_null(value=False)
    return versions.with_columns(
        pl.when(is_once).then(f"resolved_{part}").otherwise(f"first_resolved_{part}").alias(f"first_resolved_{part}")
        for part in ("at", "from")
    )


def null_contradicted_solves(versions: pl.LazyFrame) -> pl.LazyFrame:
    """A first solve after the last one is nulled and flagged; so is a solved ticket without any instant."""
    return versions.with_columns(
        late_first_resolved_at=(pl.col("first_resolved_at") > pl.col("resolved_at")).fill_null(value=False),
        solved_without_instant=pl.col("is_solved") & pl.col("resolved_at").is_null(),
    ).with_columns(first_resolved_at=pl.when(~pl.col("late_first_resolved_at")).then("first_resolved_at"))


def null_lost_origins(versions: pl.LazyFrame) -> pl.LazyFrame:
    """What could not stand has no origin."""
    return versions.with_columns(
        pl.when(pl.col(f"{name}_at").is_not_null()).then(f"{name}_from").alias(f"{name}_from")
        for name in ("first_response", "first_resolved", "resolved")
    )


def settle_history(versions: pl.LazyFrame) -> pl.LazyFrame:
    """Whether every solve and reopening is known: a folded history, or a snapshot that hides none. One whose reopening
    does not lie between its solves hides something."""
    reopened = pl.col("reopened_at")
    once = (
        (pl.col("reopen_count") == 1)
        & (reopened >= pl.col("first_resolved_at"))
        & (reopened <= pl.col("resolved_at").fill_null(reopened))
    )
    shown = (pl.col("reopen_count") == 0) | once
    return versions.with_columns(history_known=pl.col("is_folded") | shown.fill_null(value=False))


def settle_early_reopening(versions: pl.LazyFrame) -> pl.LazyFrame:
    """Whether the first reopening came at most 7 x 24 h after the first solve; null where that is not known.

    A last reopening within that time is proof enough: the first one was no later.
    """
    solved, reopened = pl.col("first_resolved_at"), pl.min_horizontal("first_reopened_at", "reopened_at")
    is_first = pl.col("first_reopened_at").is_not_null()
    is_early = reopened - solved <= WITHIN_7_DAYS
    return versions.with_columns(
        is_reopened_within_7_days=pl.when(pl.col("reopen_count") == 0)
        .then(statement=False)
        .when((reopened >= solved) & (is_first | is_early))
        .then(is_early)
    )


def fill_dimensions(versions: pl.LazyFrame) -> pl.LazyFrame:
    """A missing dimension is the member 'unknown'; where a contact began is its channel unless the source says."""
    return versions.with_columns(
        *(pl.col(name).fill_null(UNKNOWN) for name in DIMENSIONS),
        origin_channel=pl.coalesce("origin_channel", "channel").fill_null(UNKNOWN),
    )
