"""SQL models: the files below sql/ that make a table; the folder is the schema, the stem the table.

What a model reads is parsed from its query. What its numbers mean stands in the file itself.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from hashlib import sha256
from pathlib import Path
from typing import cast

import sqlglot
from sqlglot import exp

from okr_analytics.home import SQL
from okr_analytics.warehouse.headers import ModelHeader
from okr_analytics.warehouse.sql_file import QUERIES, SqlFile


@dataclass(frozen=True)
class Model:
    """One file that makes a table."""

    table: str
    file: SqlFile
    header: ModelHeader

    @property
    def query(self) -> str:
        """The select that makes it."""
        return self.file.query

    @property
    def schema(self) -> str:  # noqa: D102
        return self.table.split(".")[0]

    @property
    def name(self) -> str:  # noqa: D102
        return self.table.split(".")[1]

    @property
    def is_view(self) -> bool:
        """Whether it is kept as a view: read from where its rows already are."""
        return self.header.materialized == "view"

    @cached_property
    def reads(self) -> frozenset[str]:
        """The tables that the query names, schema.table."""
        tables = sqlglot.parse_one(self.query, read="duckdb").find_all(exp.Table)
        return frozenset(f"{table.db}.{table.name}" for table in tables if table.db)

    @cached_property
    def rests_on(self) -> frozenset[str]:
        """All tables that it reads, also through other models."""
        others = [models()[table].rests_on for table in self.reads & models().keys()]
        return self.reads.union(*others)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of its rows."""
        query = cast("exp.Query", sqlglot.parse_one(self.query, read="duckdb"))
        return tuple(query.named_selects)

    @property
    def code_version(self) -> str:
        """Changes with the query."""
        return sha256(self.query.encode()).hexdigest()[:12]


def models(folder: Path = SQL) -> dict[str, Model]:
    """Every model below `folder` by table, each after what it reads. Raises ConfigurationError."""
    return _models(folder)


def fact_models() -> tuple[Model, ...]:
    """The models of facts, each after what it reads."""
    return tuple(model for model in models().values() if model.schema == "fact")


@cache
def _models(folder: Path) -> dict[str, Model]:
    paths = [path for path in sorted(folder.glob("*/*.sql")) if path.parent.name != QUERIES]
    by_table = {model.table: model for model in map(_read, paths)}
    graph = {table: sorted(model.reads & by_table.keys()) for table, model in by_table.items()}
    return {table: by_table[table] for table in TopologicalSorter(graph).static_order()}


def _read(path: Path) -> Model:
    file = SqlFile(path)
    return Model(f"{path.parent.name}.{path.stem}", file, file.header(ModelHeader))
