"""What the page rests on: files, rejected rows, how far the data reaches, what checks said, and the definitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

MOST_FILES = 30


@dataclass(frozen=True)
class File:
    """An export file and what became of its rows; null where it could not be read."""

    file: str
    source: str
    kind: str | None
    status: str
    read: int | None
    current: int | None
    superseded: int | None
    rejected: int | None
    folded: int | None
    removed: int | None
    loaded_at: datetime


@dataclass(frozen=True)
class Rejected:
    """A reason, the rows that were rejected for it, and how many files they are in. A row may have several."""

    reason: str
    rows: int
    files: int


@dataclass(frozen=True)
class Covered:
    """One input of a source, and the days that it covers."""

    source: str
    input: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Term:
    """A KPI of the catalogue."""

    kpi_id: str
    title: str
    question: str
    unit: str
    direction: str


@dataclass(frozen=True)
class Defined:
    """A key result's definition: its version, since when, and what that version changed."""

    kr_id: str
    title: str
    version: int
    known_from: datetime
    changed: str | None
    reason: str | None
    file: str


@dataclass(frozen=True)
class Ledger:
    """All of these, and the generation that is published, with its instant (UTC)."""

    generation: int
    published_at: datetime
    files: Sequence[File]
    rejected: Sequence[Rejected]
    covered: Sequence[Covered]
    check_count: int
    passed_count: int
    glossary: Sequence[Term]
    definitions: Sequence[Defined]

    @property
    def rows_read(self) -> int:
        """Rows of all files together."""
        return sum(each.read or 0 for each in self.files)

    @property
    def rows_rejected(self) -> int:
        """Rejected rows of all files together."""
        return sum(each.rejected or 0 for each in self.files)


def read_ledger(engine: Engine) -> Ledger:
    """As it is published."""
    ((generation, published_at, _),) = engine.rows(query("newest_generation"))
    ((has_checks,),) = engine.rows(query("has_table"), {"schema": "ops", "table": "checks"})
    ((checks, passed),) = engine.rows(query("check_counts")) if has_checks else [(0, 0)]
    return Ledger(
        generation=generation,
        published_at=published_at,
        files=[File(*row) for row in engine.rows(query("export_files"))],
        rejected=[Rejected(*row) for row in engine.rows(query("rejection_reasons"))],
        covered=[Covered(*row) for row in engine.rows(query("input_coverage"))],
        check_count=checks,
        passed_count=passed,
        glossary=[Term(*row) for row in engine.rows(query("glossary"))],
        definitions=[Defined(*row) for row in engine.rows(query("current_definitions"))],
    )
