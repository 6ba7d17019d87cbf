"""What the page rests on: files, rejected rows, how far the data reaches, what checks said, and the definitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from okr_analytics.warehouse.engine import Engine

MOST_FILES = 30
FILES = """
    select
        file, source, kind, status, rows_read, rows_current, rows_superseded, rows_rejected, rows_folded, rows_removed,
        loaded_at
    from ops.loads order by loaded_at desc, file desc
"""
REJECTED = """
    select reason, count(*) as row_count, count(distinct file) as file_count
    from (select file, unnest(reasons) as reason from core.rejected_rows)
    group by reason order by row_count desc, reason
"""
COVERAGE = "select source, input, first_day, last_day from core.coverage order by last_day, source, input"
CHECKS = "select count(*), count(*) filter (where is_passed) from ops.checks"
HAS_CHECKS = "select count(*) > 0 from duckdb_tables() where schema_name = 'ops' and table_name = 'checks'"
GENERATION = "select generation, published_at from ops.generations order by generation desc limit 1"
GLOSSARY = "select kpi_id, title, question, unit, direction from kpi.catalogue order by kpi_id"
DEFINITIONS = """
    select kr_id, title, version, known_from, changed, reason, file from okr.key_results
    where known_to is null and role <> 'part'
    order by known_from desc, kr_id
"""


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
    ((generation, published_at),) = engine.rows(GENERATION)
    ((has_checks,),) = engine.rows(HAS_CHECKS)
    ((checks, passed),) = engine.rows(CHECKS) if has_checks else [(0, 0)]
    return Ledger(
        generation=generation,
        published_at=published_at,
        files=[File(*row) for row in engine.rows(FILES)],
        rejected=[Rejected(*row) for row in engine.rows(REJECTED)],
        covered=[Covered(*row) for row in engine.rows(COVERAGE)],
        check_count=checks,
        passed_count=passed,
        glossary=[Term(*row) for row in engine.rows(GLOSSARY)],
        definitions=[Defined(*row) for row in engine.rows(DEFINITIONS)],
    )
