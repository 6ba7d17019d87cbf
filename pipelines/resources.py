"""What one run needs: the home's lock, its definitions and a stage. A run is a transaction."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from okr_analytics.desk import Desk, read_desk
from okr_analytics.errors import UsageError
from okr_analytics.home import Home
from okr_analytics.kpi.catalogue import Catalogue
from okr_analytics.kpi.own import read_catalogue
from okr_analytics.okr.definitions import Definitions
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.history import History
from okr_analytics.okr.reading import read_definitions
from okr_analytics.warehouse.lock import only_writer
from okr_analytics.warehouse.publish import published_as_of
from okr_analytics.warehouse.stage import Stage, staged

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
PARTITION = "dagster/partition"
AS_OF = "okr/as_of"
RESUMED = ("dagster/is_resume_retry", "dagster/is_asset_resume_retry")

log = logging.getLogger("okr")


@dataclass(frozen=True)
class DeskRun:
    """One run over one desk. `as_of` is the day that it speaks of; `now` is UTC without zone."""

    home: Home
    desk: Desk
    catalogue: Catalogue
    definitions: Definitions
    stage: Stage
    run_id: str
    as_of: date
    now: datetime
    history: History

    @property
    def evaluation(self) -> Evaluation:
        """What the okr tables are made by."""
        return Evaluation(self.stage, self.history, self.definitions, self.desk, self.as_of, self.now)


class DeskResource(dg.ConfigurableResource[DeskRun]):
    """Takes the lock and a stage for the length of a run; whatever fails, the published file is untouched."""

    home_folder: str
    tables: list[str]

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[DeskRun]:
        """The run's transaction. Raises WarehouseBusy, ConfigurationError or UsageError before any work."""
        run: Any = context.run
        refuse_partial(run, self.tables)
        home = Home(Path(self.home_folder))
        with only_writer(home, run.run_id), staged(home, run.run_id) as stage:
            yield DeskRun(
                home=home,
                desk=read_desk(home),
                catalogue=read_catalogue(home),
                definitions=read_definitions(home),
                stage=stage,
                run_id=run.run_id,
                as_of=as_of(run.tags, published_as_of(home)),
                now=datetime.now(UTC).replace(tzinfo=None),
                history=History(home),
            )


def as_of(tags: dict[str, str], published: date | None) -> date:
    """The day that a run speaks of: the one it names, else the last partition that it covers.

    A backfill over earlier days does not turn the warehouse back: it speaks of the published day still.
    """
    if AS_OF in tags:
        return date.fromisoformat(tags[AS_OF])
    last = tags.get(RANGE_END) or tags.get(PARTITION)
    if last is None:
        raise UsageError("a run needs a day: choose a partition of okr/attainment, or start the job nightly")
    return max(date.fromisoformat(last), published or date.min)


def refuse_partial(run: Any, tables: list[str]) -> None:
    """A run builds a whole generation; one that leaves tables behind would publish a torn one."""
    selected = {".".join(key.path) for key in run.asset_selection or ()}
    if (selected and selected != set(tables)) or any(tag in run.tags for tag in RESUMED):
        raise UsageError("a run builds the whole warehouse: start the job nightly, or materialise all assets together")
