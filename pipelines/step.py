"""A step: some tables, what they are made of, and how. Which steps there are is `steps`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from graphlib import TopologicalSorter
from typing import Any

from okr_analytics.warehouse.models import Model
from okr_analytics.warehouse.stage import Stage
from pipelines.resources import DeskRun

Metadata = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What makes some tables of others: the SQL files `models`, or else `build`, which may return metadata to show.

    `by_entity` are those of its tables that an incremental run makes of the entities in new files, and merges.
    """

    tables: tuple[str, ...]
    reads: frozenset[str]
    kinds: frozenset[str]
    build: Callable[[DeskRun], Metadata | None] | None = None
    description: str | None = None
    models: Mapping[str, Model] = field(default_factory=dict)
    by_entity: frozenset[str] = frozenset()
    is_daily: bool = False

    def make(self, run: DeskRun) -> Metadata:
        """Make its tables, but for those that stay as they were published; gives what to show beside them."""
        for model in self.models.values():
            self._make([model.table], run, partial(_build_model, model))
        build = self.build
        return self._make(self.tables, run, lambda stage: build(replace(run, stage=stage))) if build else {}

    def _make(self, tables: Sequence[str], run: DeskRun, build: Callable[[Stage], Metadata | None]) -> Metadata:
        if run.increment.is_open and self.by_entity.issuperset(tables):
            run.increment.build(run.stage, tables, build)
        elif not all(map(run.stage.is_carried, tables)):
            return build(run.stage) or {}
        return {}

    def reads_of(self, table: str) -> frozenset[str]:
        """What one of its tables is made of."""
        return self.models[table].reads if table in self.models else self.reads

    def description_of(self, table: str) -> str | None:
        """What one of its tables is about, where that is said."""
        if table not in self.models:
            return self.description
        header = self.models[table].header
        return header.question or header.title

    def code_version_of(self, table: str) -> str | None:
        """Changes with the table's SQL file; null where it has none."""
        return self.models[table].code_version if table in self.models else None


def sql_step(together: list[Model]) -> Step:
    """Models that may be made one after the other, as one step."""
    by_table = {each.table: each for each in together}
    return Step(
        tables=tuple(by_table),
        reads=frozenset().union(*(each.reads for each in together)) - by_table.keys(),
        kinds=frozenset(("duckdb", "sql")),
        models=by_table,
    )


def _build_model(model: Model, stage: Stage) -> None:
    stage.build(model)


def python_step(tables: tuple[str, ...], reads: tuple[str, ...], build: Callable[[DeskRun], Any], **more: Any) -> Step:
    """What a function of the library makes."""
    return Step(tables, frozenset(reads), frozenset(("polars", "python")), build, **more)


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Each step after those of them that make what it reads; the same order in every process."""
    by_name = {step.tables[0]: step for step in steps}
    maker = {table: name for name, step in by_name.items() for table in step.tables}
    graph = {name: sorted({maker[table] for table in step.reads & maker.keys()}) for name, step in by_name.items()}
    return [by_name[name] for name in TopologicalSorter(graph).static_order()]
