"""A reader as an analyst's tool is one: plain DuckDB, again and again, until told to end: `python reading.py FILE`.

Each time it opens the warehouse anew, and holds every table's rows against the generation that the same file names.
At the end (SIGTERM) it prints what it saw as JSON: reads, torn and failed ones, and each generation's content.
"""

import json
import signal
import sys
import time
from hashlib import sha256
from typing import Any

import duckdb

PAUSE_SECONDS = 0.2
NEWEST = (
    "select generation, table_name, content_hash, row_count from ops.generations "
    "where generation = (select max(generation) from ops.generations) order by table_name"
)

CONTENT = """
    select sum(cast(hash(tickets) as hugeint)) from core.tickets as tickets
    union all
    select sum(cast(hash(kr_id, as_of_date, value, attainment, status, revision) as hugeint)) from okr.attainment
"""


class Reader:
    """What one reader saw."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.reads = 0
        self.torn: list[str] = []
        self.failed: list[str] = []
        self.seen: set[tuple[int, str]] = set()

    def read(self) -> None:
        """Once: open, look at everything, close."""
        self.reads += 1
        try:
            with duckdb.connect(self._path, read_only=True) as connection:
                self._hold(connection.execute(NEWEST).fetchall(), connection)
        except duckdb.Error as error:
            self.failed.append(str(error))

    def _hold(self, newest: list[tuple[Any, ...]], connection: duckdb.DuckDBPyConnection) -> None:
        counts = " union all ".join(f"select '{table}', count(*) from {table}" for _, table, _, _ in newest)
        counted = dict(connection.execute(counts).fetchall())
        if counted != {table: rows for _, table, _, rows in newest}:
            self.torn.append(f"generation {newest[0][0]}: {counted}")
        content = [str(sum_of_hashes) for (sum_of_hashes,) in connection.execute(CONTENT).fetchall()]
        self.seen.add((newest[0][0], sha256(f"{newest} {content}".encode()).hexdigest()))


def main(path: str) -> None:
    """Read until the end is asked for, and once more: what is there then was seen."""
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    reader = Reader(path)
    print("ready", flush=True)  # noqa: T201
    while not asked:
        reader.read()
        time.sleep(PAUSE_SECONDS)
    reader.read()
    seen = sorted(reader.seen)
    print(json.dumps({"reads": reader.reads, "torn": reader.torn, "failed": reader.failed, "seen": seen}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
