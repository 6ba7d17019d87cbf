"""Two homes with the same exports: one has incremental nights, in the other every night computes everything."""

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from conftest import NOW, ask, new_home, publish, published_hashes, put, restate

from okr_analytics.home import Home

ROW_COUNTS = (
    "(select table_name, row_count from ops.generations "
    "where generation = (select max(generation) from ops.generations))"
)
EVERY_COLUMN_COUNTS = ("core.rejected_rows", "okr.attainment", "ops.loads")


@dataclass(frozen=True)
class Twins:
    """The incremental home and the rebuilt one."""

    incremental: Home
    rebuilt: Home

    @classmethod
    def below(cls, folder: Path, time_zone: str = "UTC") -> Self:
        """Two new homes, without exports."""
        return cls(new_home(folder / "incremental", time_zone), new_home(folder / "rebuilt", time_zone))

    def put(self, name: str, text: str) -> None:
        """The same file in both."""
        for home in (self.incremental, self.rebuilt):
            put(home, name, text)

    def remove(self, name: str) -> None:
        """Take a file out of both."""
        for home in (self.incremental, self.rebuilt):
            (home.root / name).unlink(missing_ok=True)

    def night(
        self,
        as_of: date,
        run_id: str = "test",
        now: datetime = NOW,
        *,
        is_incremental: bool = True,
        is_compared: bool = False,
    ) -> dict[str, tuple[list[Any], list[Any]]]:
        """A night in both; gives what differs: by table the rows that only the incremental home has, or the rebuilt.

        Asserts that the one was merged into and the other was not. A night that computes everything in both is run
        once, unless it `is_compared`.
        """
        assert publish(self.incremental, as_of, run_id, now, is_incremental=is_incremental) == {}
        if not is_incremental and not is_compared:
            shutil.rmtree(self.rebuilt.root)
            shutil.copytree(self.incremental.root, self.rebuilt.root)
            return {}
        assert publish(self.rebuilt, as_of, run_id, now, is_rebuilt=True, is_incremental=False) == {}
        return self.differences()

    def backfill(self, run_id: str = "test", now: datetime = NOW) -> None:
        """Restate what changed definitions touch, in both."""
        for home in (self.incremental, self.rebuilt):
            assert restate(home, run_id, now) == {}

    def differences(self) -> dict[str, tuple[list[Any], list[Any]]]:
        """Tables whose content hash differs, and those of which every column counts whose rows do."""
        hashes, others = published_hashes(self.incremental), published_hashes(self.rebuilt)
        differing = {table for table in hashes.keys() | others.keys() if hashes.get(table) != others.get(table)}
        found = {table: self._rows_of_one(table) for table in sorted({*differing, *EVERY_COLUMN_COUNTS})}
        found["row counts"] = self._rows_of_one(ROW_COUNTS)
        return {table: rows for table, rows in found.items() if table in differing or any(rows)}

    def _rows_of_one(self, table: str) -> tuple[list[Any], list[Any]]:
        """The rows that only one of them has, or has more often."""
        rows, others = (
            Counter(map(repr, ask(home, f"select * from {table}"))) for home in (self.incremental, self.rebuilt)
        )
        return sorted((rows - others).elements()), sorted((others - rows).elements())
