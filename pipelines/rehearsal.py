"""A backfill rehearsed: what would move, on a copy that nobody sees and that is gone afterwards. No lock is taken."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from okr_analytics.home import Home
from okr_analytics.okr.defining.scope import scope_of
from okr_analytics.okr.keeping.moves import Move, read_moves
from okr_analytics.warehouse.publish import published_as_of
from pipelines.resources import Plan, desk_run
from pipelines.step import Step, in_order
from pipelines.steps import backfill_tables, steps


def rehearse(home: Home, kr_id: str | None, first: date, last: date) -> list[Move]:
    """What a backfill would restate. Raises UsageError or ConfigurationError where it could not be run."""
    folder = home.state / f"rehearsal-{uuid4().hex[:8]}"
    try:
        with desk_run(
            home, "rehearsal", published_as_of(home), Plan(backfill_tables(), is_backfill=True), folder
        ) as prepared:
            run = replace(prepared, scope=scope_of(prepared.definitions, kr_id, first, last))
            for step in rehearsed():
                step.make(run)
            return read_moves(run.stage.engine, run.now - timedelta(microseconds=1))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rehearsed() -> list[Step]:
    """The steps that a backfill makes, in order; without publishing."""
    again = set(backfill_tables())
    return in_order(step for step in steps()[:-1] if again & {*step.tables})
