"""What one run needs: the home's lock, its definitions and a stage. A run is a transaction."""

import logging
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg

from okr_analytics.desk import Desk, read_desk
from okr_analytics.errors import ConfigurationError, UsageError
from okr_analytics.flow import rarely_collecting
from okr_analytics.home import Home
from okr_analytics.incremental.increment import MOST_DAYS, Increment
from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.metrics.days import put_day
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.okr.defining.definitions import Definitions
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.scope import EVERYTHING, Scope, scope_of
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.keeping.computations import fingerprints, known_fingerprints
from okr_analytics.okr.keeping.history import History
from okr_analytics.warehouse.basis import basis
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.generations import is_rolled_back
from okr_analytics.warehouse.lock import only_writer
from okr_analytics.warehouse.publish import PublishedWarehouse, published_as_of, published_warehouse
from okr_analytics.warehouse.stage import Stage, staged

BACKFILL = "backfill"
PAGE = "report"
KEY_RESULT = "okr/key_result"
CHANGED = "okr/changed"
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
PARTITION = "dagster/partition"
AS_OF = "okr/as_of"
HEADLESS = {"okr/headless": "true", "dagster/max_retries": "0"}
RETRIED = {"dagster/max_retries": "2", "dagster/retry_strategy": "ALL_STEPS"}
NOT_RETRIED = {"dagster/max_retries": "0"}
WAIT_SECONDS = "okr/wait_seconds"
USUAL_WAIT_SECONDS = 1800
REBUILD = "okr/rebuild"
RESUMED = ("dagster/is_resume_retry", "dagster/is_asset_resume_retry")

log = logging.getLogger("okr")


@dataclass(frozen=True)
class DeskRun:
    """One run over one desk. `as_of` is the day that it speaks of; `now` is UTC without zone.

    `backfill_tables` are the tables that a backfill rebuilds; none where it is none. `checked` is what checks found;
    `non_retryable` is why the run would fail again if it were retried.
    """

    home: Home
    desk: Desk
    catalogue: Catalogue
    definitions: Definitions
    stage: Stage
    run_id: str
    as_of: date
    now: datetime
    history: History
    basis: str | None
    scope: Scope = EVERYTHING
    backfill_tables: Collection[str] = ()
    checked: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    non_retryable: list[str] = field(default_factory=list)
    increment: Increment = field(default_factory=Increment)

    @property
    def evaluation(self) -> Evaluation:
        """What the okr tables are made by."""
        return Evaluation(self.stage, self.history, self.definitions, self.desk, self.as_of, self.now, self.scope)


@dataclass(frozen=True)
class Plan:
    """Which tables a run rebuilds on a copy of what is published; none: all of them, on an empty stage. A backfill
    leaves alone whatever does not rest on definitions."""

    rebuild_tables: Collection[str] = ()
    is_backfill: bool = False


class DeskResource(dg.ConfigurableResource[DeskRun]):
    """Takes the lock and a stage for the length of a run; whatever fails, the published file is untouched.

    A run that makes only the `backfill_tables` tables does so on a copy of the published warehouse; a nightly makes the
    `rebuilt_tables` there, and merges into the others what new files touch.
    """

    home_folder: str
    tables: list[str]
    backfill_tables: list[str]
    rebuilt_tables: list[str]

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[DeskRun]:
        """The run's transaction. Raises WarehouseBusy, ConfigurationError or UsageError before any work."""
        run: Any = context.run
        non_retryable: list[str] = []
        try:
            is_backfill = refuse_partial(run, self.tables, self.backfill_tables)
            home = Home(Path(self.home_folder))
            wait = wait_seconds(run.tags)
            with only_writer(home, run.run_id, wait, partial(_say, context), partial(report_killed, context.instance)):
                day = published_as_of(home) if is_backfill else as_of(run.tags, published_as_of(home))
                with desk_run(home, run.run_id, day, self._plan(run.tags, is_backfill)) as prepared:
                    scope = scope_of(prepared.definitions, run.tags.get(KEY_RESULT), *_days(run.tags, is_backfill))
                    yield replace(prepared, scope=scope, non_retryable=non_retryable)
        except (ConfigurationError, UsageError) as error:
            non_retryable.append(str(error))
            raise
        finally:
            if non_retryable and context.instance:
                context.instance.add_run_tags(run.run_id, NOT_RETRIED)

    def _plan(self, tags: dict[str, str], is_backfill: bool) -> Plan:  # noqa: FBT001
        if is_backfill:
            return Plan(self.backfill_tables, is_backfill=True)
        return Plan() if REBUILD in tags else Plan(self.rebuilt_tables)


def wait_seconds(tags: dict[str, str]) -> float:
    """How long a run waits for the one that has the lock: as its tag says, else half an hour."""
    written = tags.get(WAIT_SECONDS, str(USUAL_WAIT_SECONDS))
    if not written.isdecimal():
        raise UsageError(f"tag {WAIT_SECONDS}: '{written}' is no number of seconds")
    return int(written)


def _say(context: dg.InitResourceContext, line: str) -> None:
    """In the terminal, and in the run's log."""
    log.info(line)
    if context.log:
        context.log.info(line)


def report_killed(instance: dg.DagsterInstance | None, run_id: str) -> None:
    """End a run that was killed while it held the lock: by itself it would seem to go on for ever."""
    run = instance.get_run_by_id(run_id) if instance else None
    if instance and run and not run.is_finished:
        instance.report_run_failed(run, "It was killed; the run after it found the lock free, and its name in it.")


@contextmanager
def desk_run(
    home: Home, run_id: str, day: date | None, plan: Plan, stage_folder: Path | None = None, now: datetime | None = None
) -> Iterator[DeskRun]:
    """One run's desk, catalogue, definitions, history and stage: empty, or a copy of the published warehouse of which
    the plan's tables are rebuilt. Raises UsageError where that copy cannot be restated alone.

    What a backfill leaves alone rests on what it rested on: the next night still rebuilds it where that has changed.
    """
    desk, catalogue, history = read_desk(home), read_catalogue(home), History(home)
    published = published_warehouse(home)
    if day is None or (plan.is_backfill and (why := must_compute_all(home, desk, catalogue, history))):
        raise UsageError(f"{why if day else 'nothing is published yet'}; 'okr run' computes everything")
    rests_on = basis(desk.model_dump_json(), catalogue.rows().write_json())
    rebuild_reason = None if plan.is_backfill else full_rebuild_reason(plan, published, day, rests_on)
    copied = None if rebuild_reason else published
    with (
        staged(stage_folder or home.stage, run_id, home.warehouse if copied else None) as stage,
        rarely_collecting(),
        closing(Increment(rebuild_reason)) as increment,
    ):
        if copied:
            stage.carry_over(copied.hashes, rebuilt=plan.rebuild_tables)
        if plan.is_backfill:
            put_day(stage.engine, day)
        yield DeskRun(
            home=home,
            desk=desk,
            catalogue=catalogue,
            definitions=read_definitions(home),
            stage=stage,
            run_id=run_id,
            as_of=day,
            now=now or _now(history),
            history=history,
            backfill_tables=plan.rebuild_tables if plan.is_backfill else (),
            basis=copied.basis if copied and plan.is_backfill else rests_on,
            increment=increment,
        )


def _now(history: History) -> datetime:
    """The instant of a run, UTC without zone: never before what an earlier run knew, whatever the clock says."""
    clock, newest = datetime.now(UTC).replace(tzinfo=None), history.newest_instant()
    if newest is None or clock > newest:
        return clock
    log.warning(
        "the clock says %s UTC, but this desk knew things at %s already; what is new counts as known right after "
        "that. Set the clock", f"{clock:%Y-%m-%d %H:%M}", f"{newest:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return newest + timedelta(microseconds=1)


def full_rebuild_reason(plan: Plan, published: PublishedWarehouse | None, day: date, rests_on: str) -> str | None:
    """Why a run computes everything, whatever new files are about; null where it may be incremental."""
    if not plan.rebuild_tables:
        return "it was asked for"
    if published is None:
        return "nothing is published yet"
    if published.basis != rests_on:
        return "the code, desk.yaml or kpis.yaml changed"
    if day < published.as_of:
        return f"what is published speaks of a later day, {published.as_of}"
    if day > published.as_of + MOST_DAYS:
        return f"{(day - published.as_of).days} days have passed since what is published"
    return None


def must_compute_all(home: Home, desk: Desk, catalogue: Catalogue, history: History) -> str | None:
    """Why changed definitions alone cannot be restated on what is published; null where they can."""
    if is_rolled_back(home):
        return "an earlier generation is published again"
    kept = known_fingerprints(history)
    changed = [aspect for aspect, text in fingerprints(desk).items() if kept.get(aspect) != text]
    if changed:
        return {"calendar": "desk.yaml has changed", "methodology": "the computation has changed"}[changed[0]]
    with Engine.published(home.warehouse) as engine:
        same = engine.frame("select * from kpi.catalogue order by kpi_id").equals(catalogue.rows().sort("kpi_id"))
    return None if same else "kpis.yaml has changed"


def _days(tags: dict[str, str], is_backfill: bool) -> tuple[date, date]:  # noqa: FBT001
    """The days that a backfill names; all where it is none."""
    if not is_backfill or RANGE_START not in tags:
        return date.min, date.max
    return date.fromisoformat(tags[RANGE_START]), date.fromisoformat(tags[RANGE_END])


def as_of(tags: dict[str, str], published: date | None) -> date:
    """The day that a run speaks of: the one it names, else the last partition that it covers.

    A run over earlier days does not turn the warehouse back: it speaks of the published day still.
    """
    if AS_OF in tags:
        return date.fromisoformat(tags[AS_OF])
    last = tags.get(RANGE_END) or tags.get(PARTITION)
    if last is None:
        raise UsageError("a run needs a day: choose a partition of okr/attainment, or start the job nightly")
    return max(date.fromisoformat(last), published or date.min)


def refuse_partial(run: Any, tables: Collection[str], backfill_tables: Collection[str]) -> bool:
    """Whether the run only restates. It builds a whole generation, or restates all that definitions change; one that
    leaves tables behind would publish a torn one, and is refused. The page is no table: it may be left out."""
    selected = {".".join(key.path) for key in run.asset_selection or ()} - {PAGE}
    is_whole = not selected or selected == set(tables)
    is_backfill = run.job_name == BACKFILL if is_whole else selected == set(backfill_tables)
    if not (is_whole or is_backfill) or any(tag in run.tags for tag in RESUMED):
        raise UsageError(
            "a run builds the whole warehouse: start the job nightly or backfill, or materialise all assets together"
        )
    return is_backfill
