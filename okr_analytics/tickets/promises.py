"""What the desk promised when a ticket was opened: when its SLA falls due, and whether it was met.

A promise is that of the day of opening: its target, its hours, its holidays. The priority is the newest.
"""

from functools import partial

import polars as pl

from okr_analytics.clock.business import due, promised_seconds
from okr_analytics.clock.rows import BY_SCHEDULE, by_meaning
from okr_analytics.desk import Desk, Schedule, Target

KEPT_BY = {"first_response": "first_response_at", "resolution": "promised_solve_at"}
COLUMNS: dict[str, pl.DataType] = {
    **{f"{promise}_due_at": pl.Datetime("us") for promise in KEPT_BY},
    **{f"{promise}_sla_met": pl.Boolean() for promise in KEPT_BY},
}
Promise = tuple[Schedule | None, tuple[Target | None, ...]]


def with_promises(tickets: pl.DataFrame, desk: Desk) -> pl.DataFrame:
    """Adds `<promise>_due_at` (null: no target known) and `<promise>_sla_met` (null: not kept yet, or no target)."""
    return by_meaning(
        tickets.with_columns(promised_solve_at=_solve(), sla_number=_sla_number(desk)),
        (*BY_SCHEDULE, "priority", "sla_number"),
        partial(_promised, desk),
        ("opened_at", *KEPT_BY.values()),
        _kept,
        COLUMNS,
    )


def _promised(desk: Desk, source: str, team: str, zone: str | None, priority: str, sla_number: int) -> Promise:
    """The targets of both promises, with the schedule where one of them runs on the business clock."""
    targets = tuple(desk.sla[sla_number - 1].target(promise, priority) if sla_number else None for promise in KEPT_BY)
    needs_hours = any(target and target.clock == "business" for target in targets)
    return desk.schedule_of(source, team, zone) if needs_hours else None, targets


def _kept(promise: Promise, tickets: pl.DataFrame) -> dict[str, pl.Series]:
    """When each target falls due and whether it was met; empty columns where there is none."""
    schedule, targets = promise
    outcomes = {name: pl.repeat(None, len(tickets), dtype=kind, eager=True) for name, kind in COLUMNS.items()}
    for (name, kept_by), target in zip(KEPT_BY.items(), targets, strict=True):
        if target:
            opened = tickets["opened_at"]
            taken = promised_seconds(schedule, opened, tickets[kept_by], target.clock)
            outcomes[f"{name}_due_at"] = due(schedule, opened, target.seconds, target.clock)
            outcomes[f"{name}_sla_met"] = taken <= target.seconds
    return outcomes


def _solve() -> pl.Expr:
    """The first solve; where nothing is known of reopenings the last one stands in."""
    return pl.coalesce("first_resolved_at", pl.when(pl.col("reopen_count").is_null()).then("resolved_at"))


def _sla_number(desk: Desk) -> pl.Expr:
    """Which block of targets, from 1, is valid on the local day of opening; 0: none yet."""
    valid = (
        pl.lit(value=True) if each.valid_from is None else pl.col("opened_date") >= each.valid_from for each in desk.sla
    )
    return pl.sum_horizontal(pl.lit(0), *(each.cast(pl.Int32) for each in valid))
