"""What a changed baseline costs: 200 key results over 365 days each, evaluated again on warehouses of two sizes.

python benchmarks/restating.py 500000 5000000

Engine time is that of the okr steps of a backfill: definitions, measurements (kept ones), answers, objectives. The aim
is at most 2 s on 5 million tickets, and at most 1.2 times the time on 500 thousand: it must not grow with tickets.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from whole_run import AS_OF, command

from okr_analytics.demo.bundle import write_rows
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.warehouse.publish import published_as_of
from pipelines.rehearsal import rehearsed
from pipelines.resources import Plan, desk_run
from pipelines.steps import restated

KEY_RESULTS = 200
RUNS = 3
PER_OBJECTIVE = 5
KPIS = (
    ("first_response_calendar_mean", "100 min", "50 min"),
    ("first_response_calendar_share_within_1h", "40%", "80%"),
    ("full_resolution_calendar_mean", "60 h", "30 h"),
    ("reopened_share", "20%", "5%"),
)
CHANNELS = ("email", "chat", "phone", "web_form", "social")
PRIORITIES = ("low", "normal", "high", "urgent")
WINDOW = "2025-08-25..2026-08-24"
FIRST = "2025-08-25"


def definitions(first_baseline: str | None = None) -> str:
    """40 objectives of 5 key results; with a baseline for all of one KPI in place of the usual one."""
    lines = ["objectives:"]
    for number in range(KEY_RESULTS):
        if number % PER_OBJECTIVE == 0:
            lines += [f"  - {{id: o{number}, title: o, owner: o, window: {WINDOW}, key_results: ["]
        kpi, baseline, target = KPIS[number % len(KPIS)]
        where = f"{{channel: {CHANNELS[number % len(CHANNELS)]}, priority: {PRIORITIES[number // 50]}}}"
        written = _moved(baseline) if first_baseline else baseline
        lines.append(
            f"      {{id: k{number}, title: k, kpi: {kpi}, where: {where}, baseline: {written}, target: {target}}},"
        )
        if number % PER_OBJECTIVE == PER_OBJECTIVE - 1:
            lines.append("    ]}")
    return "\n".join(lines) + "\n"


def _moved(baseline: str) -> str:
    """The baseline a tenth higher."""
    amount = baseline.rstrip("% minh")
    return f"{float(amount) * 1.1:g}{baseline[len(amount) :]}"


def measure(rows: int, folder: Path) -> float:
    """Print one size; gives the engine's seconds."""
    home = Home(folder / str(rows))
    target = home.exports / "canonical" / "tickets-2026-08-31.csv"
    target.parent.mkdir(parents=True)
    shutil.copy(CHECKOUT / "data" / "desk.yaml", home.desk_file)
    home.okrs.mkdir()
    (home.okrs / "o.yaml").write_text(definitions())
    write_rows(target, rows)
    subprocess.run(command(home), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (home.okrs / "o.yaml").write_text(definitions("moved"))
    took = engine_seconds(home)
    engine = sum(took.values())
    start = time.perf_counter()
    backfill = [sys.executable, "-m", "pipelines.cli", "--home", str(home.root), "backfill"]
    subprocess.run(backfill, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    print(f"\n{rows:,} tickets: {KEY_RESULTS} key results over 365 days restated (as of {AS_OF})")
    for name, each in took.items():
        print(f"    {name:28} {each:7.2f} s")
    print(f"  engine             {engine:7.2f} s")
    print(f"  whole command      {seconds:7.2f} s (start-up, copy of the warehouse, recording of 365 days)")
    shutil.rmtree(home.root)
    return engine


def engine_seconds(home: Home) -> dict[str, float]:
    """Seconds per step of a backfill, rehearsed: without Dagster's recording; the best of three."""
    runs = []
    for number in range(RUNS):
        took = {}
        plan, folder = Plan(restated(), is_backfill=True), home.state / f"bench-{number}"
        with desk_run(home, "bench", published_as_of(home), plan, folder) as run:
            for step in rehearsed():
                start = time.perf_counter()
                step.build(run)
                took[step.tables[0]] = time.perf_counter() - start
        runs.append(took)
    return min(runs, key=lambda took: sum(took.values()))


def main() -> None:
    """Measure every size asked for, and how the last compares with the first."""
    with tempfile.TemporaryDirectory(prefix="okr-bench-") as folder:
        taken = [measure(rows, Path(folder)) for rows in map(int, sys.argv[1:] or ("500000", "5000000"))]
    print(f"\n  largest over smallest: {taken[-1] / taken[0]:.2f} times")


if __name__ == "__main__":
    main()
