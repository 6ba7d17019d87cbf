"""Where a desk's files are. Paths only: nothing here reads or interprets them."""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SQL = CHECKOUT / "sql"
SHIPPED_SOURCES = CHECKOUT / "data" / "sources"


@dataclass(frozen=True)
class Home:
    """One desk: its exports, definitions, state and warehouse under one folder (`OKR_HOME`)."""

    root: Path

    @classmethod
    def locate(cls, folder: str | None = None) -> "Home":
        """The given folder, else `OKR_HOME`, else the checkout's own `data`."""
        return cls(Path(folder or os.environ.get("OKR_HOME") or CHECKOUT / "data").resolve())

    @property
    def desk_file(self) -> Path:  # noqa: D102
        return self.root / "desk.yaml"

    @property
    def exports(self) -> Path:  # noqa: D102
        return self.root / "exports"

    @property
    def sources(self) -> Path:  # noqa: D102
        return self.root / "sources"

    @property
    def okrs(self) -> Path:  # noqa: D102
        return self.root / "okrs"

    @property
    def kpis_file(self) -> Path:
        """The home's own KPIs, beside the shipped ones."""
        return self.root / "kpis.yaml"

    @property
    def state(self) -> Path:  # noqa: D102
        return self.root / "state"

    @property
    def landing(self) -> Path:
        """Accepted and rejected rows as immutable Parquet, and one manifest per export file."""
        return self.state / "landing"

    @property
    def history(self) -> Path:
        """What was defined, measured for good, checked in and reported; append-only, and never taken away."""
        return self.state / "history"

    @property
    def stage(self) -> Path:
        """Half-built warehouses; never read by anyone but the run that builds them."""
        return self.state / "stage"

    @property
    def generations(self) -> Path:
        """Warehouses that were published before, by number."""
        return self.state / "generations"

    @property
    def dagster(self) -> Path:  # noqa: D102
        return Path(os.environ.get("DAGSTER_HOME") or self.state / "dagster")

    @property
    def lock_file(self) -> Path:  # noqa: D102
        return self.state / "run.lock"

    @property
    def warehouse(self) -> Path:
        """The published generation; read-only to everyone."""
        return self.root / "warehouse" / "desk.duckdb"

    @property
    def page(self) -> Path:
        """The scorecard as one HTML file."""
        return self.warehouse.with_name("report.html")

    @property
    def summary(self) -> Path:
        """The same in a paragraph of plain text."""
        return self.warehouse.with_name("report.txt")

    @property
    def tables(self) -> Path:
        """Where tables are handed out as files, unless another folder is named."""
        return self.root / "tables"

    def relative(self, path: Path) -> str:
        """The path as messages and tables name it: below the home, with forward slashes."""
        below = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        return os.fsencode(below.as_posix()).decode("utf-8", "replace")
