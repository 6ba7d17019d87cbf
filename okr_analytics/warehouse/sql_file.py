"""A file below sql/: a TOML header in comment lines up to `-- ---`, prose in comment lines, one select."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from okr_analytics.errors import ConfigurationError, Problem
from okr_analytics.mends import of_model
from okr_analytics.warehouse.headers import QueryHeader

MARK = "-- "
END = "-- ---"
QUERIES = "queries"  # the folder of what makes no table
TABLE = re.compile(rf"{MARK}\[\[(\w+)\]\]")
KEY = re.compile(rf"{MARK}(\w+) *=")
Place = tuple[str | int, ...]
Header = TypeVar("Header", bound=QueryHeader)


@dataclass(frozen=True)
class SqlFile:
    """One such file; `sql/<folder>/<name>` in messages."""

    path: Path

    @cached_property
    def _lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()

    @cached_property
    def _header_lines(self) -> list[str]:
        return list(takewhile(lambda line: line != END, self._lines))

    @cached_property
    def query(self) -> str:
        """The select, without header and prose."""
        comments = sum(1 for _ in takewhile(lambda line: line.startswith("--"), self._lines))
        return "\n".join(self._lines[comments:]).strip()

    def header(self, schema: type[Header]) -> Header:
        """Its header. Raises ConfigurationError with the line of each thing that `schema` does not know or lacks."""
        try:
            return schema.model_validate(self._settings())
        except ValidationError as error:
            raise ConfigurationError(self.problems(error, schema)) from None

    def problems(self, error: ValidationError, schema: type[BaseModel], table: Place = ()) -> Iterator[Problem]:
        """What pydantic found wrong with a table of the header, each thing at its line."""
        for mistake in error.errors():
            place: Place = mistake["loc"]
            yield self.problem((*table, *place), of_model(mistake, _key(place), schema))

    def problem(self, place: Place, message: str) -> Problem:
        """A problem at the line of a key or table, like ("kpis", 2, "limit"), or of the nearest that is written."""
        written: Place = ()
        for part in place:
            written = (*written, part) if (*written, part) in self._line_of else written
        return self._problem(self._line_of.get(written, 1), message)

    def _settings(self) -> dict[str, Any]:
        if len(self._header_lines) == len(self._lines):
            raise ConfigurationError([self._problem(1, f"the header has no end; write '{END}' below its last key")])
        for number, line in enumerate(self._header_lines, 1):
            if not line.startswith(MARK):
                raise ConfigurationError([self._problem(number, f"no line of a header; begin it with '{MARK}'")])
        try:
            return tomllib.loads("\n".join(line.removeprefix(MARK) for line in self._header_lines))
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"line (\d+)", str(error))
            raise ConfigurationError([self._problem(place[1] if place else 1, f"no valid TOML: {error}")]) from None

    @cached_property
    def _line_of(self) -> dict[Place, int]:
        """On which line each key and each table stands."""
        lines: dict[Place, int] = {}
        counts: Counter[str] = Counter()
        table: Place = ()
        for number, line in enumerate(self._header_lines, 1):
            if opened := TABLE.match(line):
                table = (opened[1], counts[opened[1]])
                counts[opened[1]] += 1
                lines = {table[:1]: number} | lines | {table: number}
            elif key := KEY.match(line):
                lines |= {(*table, key[1]): number}
        return lines

    def _problem(self, line: int | str, message: str) -> Problem:
        return Problem(f"sql/{self.path.parent.name}/{self.path.name}:{line}", message)


def _key(place: Place) -> str:
    return next((part for part in reversed(place) if isinstance(part, str)), "")
