"""How long a whole run takes, and how much memory, beside bare DuckDB on the same CSV in the same minute.

python benchmarks/whole_run.py 1000000 5000000

Bare is: DuckDB reads the same file and counts tickets by day and channel. The ratio is what counts, not the seconds:
aim is at most 5 times bare and 3 GiB at 5 million tickets; the next step down is 1.5 times.
KPI values of 5 million tickets at all grains: at most 60 s and 4 GiB. The business clock: at most 3 s more than the
calendar clock alone, for the same tickets, landed already.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from okr_analytics.demo.bundle import write_rows
from okr_analytics.home import CHECKOUT, Home
from pipelines.headless import instance

AS_OF = "2026-08-24"
KPI_STEPS = ("work.period_values", "kpi.results", "kpi.backlog_ledger", "work.periods")
ZONE = "time_zone: Europe/Madrid\n"
HOURS = ZONE + "country: ES\nhours: {mon-fri: 08:00-20:00}\n"
SHOWN_STEPS = 15
BARE = """
import duckdb, sys, time
duckdb.sql("set enable_progress_bar = false")
start = time.perf_counter()
query = "select cast(opened_at as date) as day, channel, count(*) from read_csv('" + sys.argv[1] + "') group by all"
duckdb.sql(query).fetchall()
print(time.perf_counter() - start)
"""
BARE_RUNS = 3


def bare_seconds(path: Path) -> float:
    """The fastest of three, each in a process of its own."""
    runs = [
        float(subprocess.run([sys.executable, "-c", BARE, path], check=True, capture_output=True, text=True).stdout)
        for _ in range(BARE_RUNS)
    ]
    return min(runs)


def run_with_peak(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory (GiB) of a process with its children."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    peak = 0
    watched = psutil.Process(process.pid)
    done = threading.Event()
    while not done.is_set():
        try:
            family = [watched, *watched.children(recursive=True)]
            peak = max(peak, sum(each.memory_info().rss for each in family))
        except psutil.NoSuchProcess:
            pass
        if process.poll() is not None:
            done.set()
        time.sleep(0.02)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - start, peak / 2**30


def stages(home: Home) -> list[tuple[str, float]]:
    """Seconds per step of the newest run, longest first."""
    with instance(home) as recorded:
        run = recorded.get_runs(limit=1)[0]
        stats = recorded.get_run_step_stats(run.run_id)
    took = [(each.step_key.replace("__", "."), each.end_time - each.start_time) for each in stats if each.end_time]
    return sorted(took, key=lambda each: -each[1])


def measure(rows: int, folder: Path) -> None:
    """Print one size."""
    home = Home(folder / str(rows))
    target = home.exports / "canonical" / "tickets-2026-08-31.csv"
    target.parent.mkdir(parents=True)
    shutil.copy(CHECKOUT / "data" / "desk.yaml", home.desk_file)
    shutil.copytree(CHECKOUT / "data" / "okrs", home.okrs)
    write_rows(target, rows)
    bare = bare_seconds(target)
    seconds, peak = run_with_peak(command(home))
    size = target.stat().st_size / 2**20
    print(f"\n{rows:,} tickets, {size:,.0f} MiB of CSV")
    print(f"  bare DuckDB        {bare:7.2f} s")
    print(f"  whole run          {seconds:7.2f} s   = {seconds / bare:.1f} times bare, peak {peak:.2f} GiB")
    steps = stages(home)
    for name, took in steps[:SHOWN_STEPS]:
        print(f"    {name:28} {took:7.2f} s")
    print(f"    {'other steps':28} {sum(took for _, took in steps[SHOWN_STEPS:]):7.2f} s")
    print(f"    {'start-up and recording':28} {seconds - sum(took for _, took in steps):7.2f} s")
    print(f"  all KPI values     {sum(took for name, took in steps if name in KPI_STEPS):7.2f} s")
    by_clock = [tickets_seconds(home, desk) for desk in (HOURS, ZONE)]
    print(f"  business clock     {by_clock[0] - by_clock[1]:7.2f} s more than {by_clock[1]:.2f} s without hours")
    shutil.rmtree(home.root)


def command(home: Home) -> list[str]:
    """The nightly run of a home."""
    return [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "run", "--as-of", AS_OF]


def tickets_seconds(home: Home, desk: str) -> float:
    """How long core.tickets takes under a desk file, the exports being landed."""
    home.desk_file.write_text(desk)
    run_with_peak(command(home))
    return dict(stages(home))["core.tickets"]


def main() -> None:
    """Measure every size asked for."""
    with tempfile.TemporaryDirectory(prefix="okr-bench-") as folder:
        for rows in map(int, sys.argv[1:] or ("1000000",)):
            measure(rows, Path(folder))


if __name__ == "__main__":
    main()
