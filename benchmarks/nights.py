"""What a night costs: a day's 20,000 changed tickets on top of warehouses of two sizes.

python benchmarks/nights.py 500000 5000000

It is the same desk in both, with the same tickets a day; the smaller one has kept less of its past. The aim: at most a
tenth of the first load of the larger one, and at most 1.5 times the same night on the smaller one. Seconds of the whole
command, and of both cores together (CPU), which a busy machine does not lengthen.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from whole_run import bare_seconds, stages

from okr_analytics.demo.bundle import write_rows
from okr_analytics.demo.desk import LAST_DAY
from okr_analytics.home import CHECKOUT, Home

CHANGED = 20_000
NEW_SHARE = 1 / 3
OLDEST_DAYS = 60
MEAN_AGE_DAYS = 5
NIGHT = LAST_DAY + timedelta(days=1)
UNANSWERED = (
    "first_response_at", "first_resolved_at", "resolved_at", "closed_at", "reopened_at", "escalated_at",
)  # fmt: skip
SHOWN_STEPS = 8


@dataclass(frozen=True)
class Cost:
    """Seconds of a command, and of all cores that worked for it."""

    wall: float
    cpu: float

    def times(self, other: "Cost") -> str:
        """How many times another cost it is."""
        return f"{self.wall / other.wall:.2f} times (CPU {self.cpu / other.cpu:.2f})"

    def __str__(self) -> str:
        return f"{self.wall:6.1f} s, CPU {self.cpu:6.1f} s"


def run(home: Home, day: date) -> Cost:
    """The nightly command, in a process of its own."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "run", "--as-of", str(day)]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.perf_counter() - start, cpu)


def changed_tickets(everything: Path) -> pl.DataFrame:
    """A day's export: a third is new, the rest are answered, solved or commented, most of them a few days old."""
    since = (NIGHT - timedelta(days=OLDEST_DAYS)).isoformat()
    recent = pl.scan_csv(everything, infer_schema_length=0).filter(pl.col("opened_at") >= since).collect()
    opened = pl.col("opened_at").str.slice(0, 10).str.to_date()
    age = recent.select(age=(pl.lit(NIGHT) - opened).dt.total_days())["age"].to_numpy()
    weights = np.exp(-age / MEAN_AGE_DAYS)
    chosen = np.random.default_rng(7).choice(
        len(recent), int(CHANGED * (1 - NEW_SHARE)), replace=False, p=weights / weights.sum()
    )
    evening = pl.lit(f"{NIGHT}T20:00:00Z")
    updated = recent[chosen.tolist()].with_columns(
        pl.col("resolved_at").fill_null(f"{NIGHT}T12:00:00Z"),
        status=pl.lit("closed"),
        updated_at=evening,
        reply_count=(pl.col("reply_count").cast(pl.Int64).fill_null(0) + 1).cast(pl.String),
    )
    fresh = recent.sample(CHANGED - len(updated), seed=7).with_columns(
        *(pl.lit(None, pl.String).alias(name) for name in UNANSWERED),
        ticket_id=pl.format("N{}", pl.int_range(pl.len())),
        opened_at=pl.format("{}{}", pl.lit(str(NIGHT)), pl.col("opened_at").str.slice(10)),
        reopen_count=pl.lit("0"),
        status=pl.lit("open"),
        updated_at=evening,
    )
    return pl.concat([updated, fresh.select(updated.columns)])


def newest(everything: Path, rows: int, target: Path) -> None:
    """The same desk with less of its past."""
    tickets = pl.scan_csv(everything, infer_schema_length=0)
    first = tickets.select(pl.col("opened_at").top_k(rows).min()).collect().item()
    tickets.filter(pl.col("opened_at") >= first).collect().write_csv(target)


def measure(home: Home, export: Path, changed: pl.DataFrame) -> tuple[Cost, Cost]:
    """The first load of an export, and the night after it."""
    folder = home.exports / "canonical"
    folder.mkdir(parents=True)
    shutil.copy(CHECKOUT / "data" / "desk.yaml", home.desk_file)
    shutil.copytree(CHECKOUT / "data" / "okrs", home.okrs)
    shutil.move(export, folder / f"tickets-{LAST_DAY}.csv")
    print(f"  bare DuckDB    {bare_seconds(folder / f'tickets-{LAST_DAY}.csv'):6.1f} s")
    first = run(home, LAST_DAY)
    print(f"  first load     {first}")
    changed.write_csv(folder / f"tickets-{NIGHT}.csv")
    night = run(home, NIGHT)
    print(f"  the next night {night} = {night.times(first)} its first load")
    for name, took in stages(home)[:SHOWN_STEPS]:
        print(f"    {name:28} {took:6.2f} s")
    return first, night


def main() -> None:
    """Both sizes, the larger one first."""
    less, more = sorted(map(int, sys.argv[1:] or ("500000", "5000000")))
    with tempfile.TemporaryDirectory(prefix="okr-bench-") as folder:
        everything, some = Path(folder) / "everything.csv", Path(folder) / "some.csv"
        write_rows(everything, more)
        changed = changed_tickets(everything)
        newest(everything, less, some)
        print(f"{more:,} tickets, {CHANGED:,} of them changed")
        _, large = measure(Home(Path(folder) / "large"), everything, changed)
        print(f"{less:,} tickets, the same {CHANGED:,} changed")
        _, small = measure(Home(Path(folder) / "small"), some, changed)
        print(f"the night on the larger one is {large.times(small)} the same on the smaller one")


if __name__ == "__main__":
    main()
