"""SQL models: one select under a TOML header; the folder is the schema, the stem the table.

What a model reads is parsed from its query. What its numbers mean stands in the file itself.
"""

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import TopologicalSorter
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any, cast

import sqlglot
from sqlglot import exp

from okr_analytics.errors import ConfigurationError, Problem
from okr_analytics.home import SQL


@dataclass(frozen=True)
class Model:
    """One file below sql/."""

    table: str
    header: dict[str, Any]
    query: str
    path: Path

    @property
    def schema(self) -> str:  # noqa: D102
        return self.table.split(".")[0]

    @property
    def name(self) -> str:  # noqa: D102
        return self.table.split(".")[1]

    @property
    def is_view(self) -> bool:
        """Whether it is kept as a view: read from where its rows already are."""
        return self.header.get("as") == "view"

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


@cache
def models(folder: Path = SQL) -> dict[str, Model]:
    """Every model below `folder` by table, each after what it reads. Raises ConfigurationError."""
    found = {model.table: model for model in map(_read, sorted(folder.glob("*/*.sql")))}
    graph = {table: model.reads & found.keys() for table, model in found.items()}
    return {table: found[table] for table in TopologicalSorter(graph).static_order()}


def _read(path: Path) -> Model:
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = [line.removeprefix("--").strip() for line in lines[: _header_length(lines)]]
    settings = takewhile(lambda line: not line[:1].isupper(), comment)
    table = f"{path.parent.name}.{path.stem}"
    try:
        header = tomllib.loads("\n".join(settings))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([Problem(f"sql/{path.parent.name}/{path.name}:1", f"header: {error}")]) from None
    return Model(table, header, "\n".join(lines[_header_length(lines) :]).strip(), path)


def _header_length(lines: list[str]) -> int:
    return next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
