"""A step: some tables, what they are made of, and how. Which steps there are is `steps`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from okr_analytics.warehouse.models import Model
from pipelines.resources import DeskRun

Metadata = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What makes some tables of others. `build` may return metadata to show beside them. `models` are the SQL files of
    those tables that have one."""

    tables: tuple[str, ...]
    reads: frozenset[str]
    build: Callable[[DeskRun], Metadata | None]
    kinds: frozenset[str]
    description: str | None = None
    models: Mapping[str, Model] = field(default_factory=dict)
    is_daily: bool = False

    def make(self, run: DeskRun) -> Metadata:
        """Make its tables, unless they are settled; gives what to show beside them."""
        if all(map(run.stage.is_settled, self.tables)):
            return {}
        return self.build(run) or {}

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
        build=lambda run: _build(run, together),
        kinds=frozenset(("duckdb", "sql")),
        models=by_table,
    )


def _build(run: DeskRun, together: list[Model]) -> None:
    for model in together:
        run.stage.build(model)


def python_step(tables: tuple[str, ...], reads: tuple[str, ...], build: Callable[[DeskRun], Any], **more: Any) -> Step:
    """What a function of the library makes."""
    return Step(tables, frozenset(reads), build, frozenset(("polars", "python")), **more)


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Each step after those of them that make what it reads."""
    by_name = {step.tables[0]: step for step in steps}
    maker = {table: name for name, step in by_name.items() for table in step.tables}
    graph = {name: {maker[table] for table in step.reads if table in maker} for name, step in by_name.items()}
    return [by_name[name] for name in TopologicalSorter(graph).static_order()]
