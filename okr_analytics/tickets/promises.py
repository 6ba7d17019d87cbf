"""What the desk promised when a ticket was opened: when its SLA falls due, and whether it was met.

A promise is that of the day of opening: its target, its hours, its holidays. The priority is the newest.
"""

import polars as pl

from okr_analytics.clock.business import due, promised_seconds
from okr_analytics.clock.rows import BY_SCHEDULE, by_meaning
from okr_analytics.desk import Desk, Schedule, Target

KEPT_BY = {"first_response": "first_response_at", "resolution": "promised_solve_at"}
Promise = tuple[Schedule | None, Target | None]


def with_promises(tickets: pl.DataFrame, desk: Desk) -> pl.DataFrame:
    """Adds `<promise>_due_at` (null: no target known) and `<promise>_sla_met` (null: not answered or no target)."""
    tickets = tickets.with_columns(promised_solve_at=_solve(), sla_number=_sla_number(desk))
    for name, kept_by in KEPT_BY.items():
        tickets = _with_promise(tickets, desk, name, kept_by)
    return tickets


def _with_promise(tickets: pl.DataFrame, desk: Desk, name: str, kept_by: str) -> pl.DataFrame:
    def promise(source: str, team: str, zone: str | None, priority: str, sla_number: int) -> Promise:
        target = desk.sla[sla_number - 1].target(name, priority) if sla_number else None
        needs_hours = target is not None and target.clock == "business"
        return desk.schedule_of(source, team, zone) if needs_hours else None, target

    def answer(promise: Promise, part: pl.DataFrame) -> dict[str, pl.Series]:
        schedule, target = promise
        if target is None:
            return {f"{name}_due_at": _null(part, pl.Datetime("us")), f"{name}_sla_met": _null(part, pl.Boolean())}
        taken = promised_seconds(schedule, part["opened_at"], part[kept_by], target.clock)
        return {
            f"{name}_due_at": due(schedule, part["opened_at"], target.seconds, target.clock),
            f"{name}_sla_met": taken <= target.seconds,
        }

    columns = {f"{name}_due_at": pl.Datetime("us"), f"{name}_sla_met": pl.Boolean()}
    return by_meaning(tickets, (*BY_SCHEDULE, "priority", "sla_number"), promise, answer, columns)


def _solve() -> pl.Expr:
    """The first solve; where nothing is known of reopenings the last one stands in."""
    return pl.coalesce("first_resolved_at", pl.when(pl.col("reopen_count").is_null()).then("resolved_at"))


def _sla_number(desk: Desk) -> pl.Expr:
    """Which block of targets, from 1, is valid on the local day of opening; 0: none yet."""
    valid = (
        pl.lit(value=True) if each.valid_from is None else pl.col("opened_date") >= each.valid_from for each in desk.sla
    )
    return pl.sum_horizontal(pl.lit(0), *(each.cast(pl.Int32) for each in valid))


def _null(part: pl.DataFrame, kind: pl.DataType) -> pl.Series:
    return pl.repeat(None, len(part), dtype=kind, eager=True)
