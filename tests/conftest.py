"""What tests share: homes of their own in temporary folders, and a whole run without a server."""

import os
import random
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import duckdb
import pytest
from memory_warehouse import CORE, EVERYTHING, Rows, findings, run_in_memory
from template_homes import Templates

from okr_analytics.home import CHECKOUT, Home
from okr_analytics.newhome import create_home
from okr_analytics.okr.defining.scope import scope_of
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.lock import only_writer
from okr_analytics.warehouse.publish import published_as_of, published_warehouse
from pipelines.checks import audits, found_by
from pipelines.resources import DeskRun, Plan, desk_run, log
from pipelines.step import Step, in_order
from pipelines.steps import backfill_tables, rebuilt_tables, steps

os.environ.setdefault("OKR_THREADS", "1")  # the suite's workers have a core each
SHARED = Path(__file__).resolve().parents[2] / "shared"
NOW = datetime(2026, 11, 22, 4, 15)
SPLIT = "rows_read, rows_current, rows_superseded, rows_rejected, rows_folded, rows_removed"
NOTHING_STANDS = {"ops.loads some_rows_accepted"}
SOME_KPIS = ("backlog_closing", "first_response_business_median", "articles_helpful_rate", "surveys_csat_mean")
DEMO_DAY, SMALL_DAY = date(2026, 8, 24), date(2026, 3, 6)
OPEN: WeakKeyDictionary[Home, Engine] = WeakKeyDictionary()  # where a home's tables are asked, as long as it is used


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the developer's home, key or Dagster instance."""
    for name in ("OKR_HOME", "DAGSTER_HOME", "OKR_CUSTOMER_KEY", "OKR_NOTIFY_URLS", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OKR_HOME", str(tmp_path / "home"))
    for variable in copy_context():
        if variable.name == "_current_storage":  # left behind by an instance in which an earlier test ran a job
            variable.set(None)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Where homes are kept that are made once: below the folder that all workers of the session share."""
    base = tmp_path_factory.getbasetemp()
    return Templates((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "templates")


@pytest.fixture
def home(templates: Templates, tmp_path: Path) -> Home:
    """A new home in UTC, without the example objective."""
    return templates.copy("empty", new_home, tmp_path)


@pytest.fixture(scope="session")
def demo(templates: Templates) -> Home:
    """The demo desk with its own objectives, published as of a day inside its span; to look at, not to change."""
    made = templates.home("demo", published_demo)
    OPEN[made] = Engine.reading(made.warehouse)
    return made


@pytest.fixture
def demo_copy(templates: Templates, tmp_path: Path) -> Home:
    """The published demo desk, to change."""
    return templates.copy("demo", published_demo, tmp_path)


@pytest.fixture
def small(templates: Templates, tmp_path: Path) -> Home:
    """Two tickets and one objective, published: the first answered after an hour, half of the target; to change."""
    return templates.copy("small", published_small, tmp_path)


def published_demo(folder: Path) -> Home:
    """The demo desk as its fixture has it."""
    made = new_home(folder, "Europe/Madrid")
    shutil.copytree(CHECKOUT / "data" / "exports", made.exports, dirs_exist_ok=True)
    for name in ("desk.yaml", "kpis.yaml"):
        put(made, name, (CHECKOUT / "data" / name).read_bytes())
    put(made, "okrs/demo.yaml", (CHECKOUT / "data" / "okrs" / "2026-q3.yaml").read_bytes())
    assert publish(made, DEMO_DAY) == {}
    return made


SMALL_OBJECTIVE = """\
objectives:
  - id: answer-sooner
    title: Customers hear from us sooner
    window: 2026-03-01..2026-03-31
    key_results:
      - {id: first-answer, title: Half of the customers get an answer within half an hour,
         kpi: first_response_calendar_median, baseline: 90 min, target: 30 min}
"""


def published_small(folder: Path) -> Home:
    """One ticket answered after an hour, one that waits, and a key result half way, published as of 6 March 2026."""
    made = new_home(folder)
    rows = ticket("1", first_response_at="2026-03-02T11:00:00Z"), ticket("2", exported_at="2026-03-06T20:00:00Z")
    put(made, "exports/canonical/tickets.csv", csv(*rows))
    put(made, "okrs/answers.yaml", SMALL_OBJECTIVE)
    assert publish(made, SMALL_DAY) == {}
    return made


def new_home(folder: Path, time_zone: str = "UTC") -> Home:
    """A new home in that zone, without the example objective."""
    made = Home(folder / "home")
    create_home(made, time_zone, None, NOW.date())
    (made.okrs / "example.yaml").unlink()
    return made


def put(home: Home, name: str, text: str | bytes, encoding: str = "utf-8") -> Path:
    """Write a file below the home."""
    path = home.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def csv(*rows: dict[str, object]) -> str:
    """Rows as CSV under the union of their keys; a missing or null cell is empty."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join("" if row.get(name) is None else str(row[name]) for name in names) for row in rows]
    return "\n".join([",".join(names), *lines]) + "\n"


def ticket(ticket_id: str = "1", **more: object) -> dict[str, object]:
    """A canonical ticket row with what every one needs."""
    return {"ticket_id": ticket_id, "status": "open", "opened_at": "2026-03-02T10:00:00Z", "resolved_at": None, **more}


def publish(
    home: Home,
    as_of: date = date(2026, 11, 21),
    run_id: str = "test",
    now: datetime = NOW,
    *,
    is_rebuilt: bool = False,
    is_incremental: bool | None = None,
) -> dict[str, list[Any]]:
    """The whole way without Dagster: every step in the order of what it reads. Returns what blocking audits found.

    `is_incremental` asserts whether a copy of what is published is merged into, or everything computed.
    """
    plan = Plan() if is_rebuilt else Plan(rebuilt_tables())
    return _built(home, as_of, run_id, _in_order(), now, plan, is_incremental=is_incremental)


def restate(
    home: Home, run_id: str = "test", now: datetime = NOW, key_result: str | None = None
) -> dict[str, list[Any]]:
    """A backfill without Dagster: what changed definitions touch, of all or of one key result. Returns what blocking
    audits found."""
    again = backfill_tables()
    chosen = [step for step in _in_order() if not {*step.tables}.isdisjoint(again)]
    day = published_as_of(home)
    assert day is not None
    return _built(home, day, run_id, chosen, now, Plan(again, is_backfill=True), key_result=key_result)


def build(home: Home, *tables: str, is_checked: bool = False, **how: Any) -> dict[str, list[Any]]:
    """These tables and what they are made of, in memory, for `ask`. Returns what blocking audits found, where wanted.

    `how` is what `compute` takes.
    """
    run = compute(home, *tables, **how)
    return findings(run) if is_checked else {}


def compute(
    home: Home,
    *tables: str,
    as_of: date = date(2026, 11, 21),
    now: datetime = NOW,
    kpis: Collection[str] | None = None,
    given: Mapping[str, Rows] | None = None,
) -> DeskRun:
    """The run in memory that made these tables, which `ask` now asks; `kpis` and `given` as in `run_in_memory`."""
    run = run_in_memory(home, tables, as_of, now, kpis, given)
    OPEN[home] = run.stage.engine
    return run


def land(home: Home) -> dict[str, list[Any]]:
    """core.* and ops.loads in memory, for `ask`: no facts, KPIs or objectives. Returns what blocking audits found."""
    return build(home, *CORE, is_checked=True)


def publish_core(home: Home) -> dict[str, list[Any]]:
    """The way as far as core.* and ops.loads, published. Returns what blocking audits found."""
    *before, publishing = _in_order()
    chosen, wanted = [publishing], {"ops.loads"}
    for step in reversed(before):
        if wanted & {*step.tables} or any(table.startswith("core.") for table in step.tables):
            chosen.insert(0, step)
            wanted |= step.reads
    return _built(home, date(2026, 11, 21), "test", chosen, NOW, Plan())


@cache
def _in_order() -> tuple[Step, ...]:
    """Every step, the last one publishes; those that read nothing that is landed come before landing, as they may under
    Dagster."""
    return tuple(in_order(reversed(steps())))


def _built(
    home: Home,
    as_of: date,
    run_id: str,
    chosen: Iterable[Step],
    now: datetime,
    plan: Plan,
    *,
    is_incremental: bool | None = None,
    key_result: str | None = None,
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    OPEN.pop(home, None)
    with only_writer(home, run_id), desk_run(home, run_id, as_of, plan, now=now) as prepared:
        run = replace(prepared, scope=scope_of(prepared.definitions, key_result))
        for step in chosen:
            log.info(step.tables[0])
            step.make(run)
            for table in step.tables:
                for audit in audits(table):
                    if audit.is_blocking and (broken := found_by(audit, run)):
                        found[f"{table} {audit.name}"] = broken
        assert is_incremental in (None, run.increment.is_open)
    return found


def published_hashes(home: Home) -> dict[str, str]:
    """The content hash of each published table."""
    published = published_warehouse(home)
    assert published
    return published.hashes


def ask(home: Home, sql: str) -> list[tuple[Any, ...]]:
    """One question to what was made of the home last: in memory, or the published file by plain DuckDB."""
    if home in OPEN:
        return OPEN[home].rows(sql)
    database = _database()
    database.execute(f"attach {literal(str(home.warehouse))} as desk (read_only)")
    try:
        database.execute("use desk")
        return database.execute(sql).fetchall()
    finally:
        database.execute("use memory")
        database.execute("detach desk")


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """An empty database, to which published files are attached for one question each: twice as quick as connecting."""
    database = duckdb.connect()
    database.execute("set timezone = 'UTC'")
    return database


def conserved_in_any_order(folder: Path, files: Sequence[tuple[str, Sequence[dict[str, object]]]], seed: int) -> None:
    """Conservation per file, and the same tables whether files arrive at once or one by one in another order.

    `files` are export folders with their rows. All at once they go the whole way: nothing that they say breaks a check,
    but for the one that asks for a row that can stand.
    """
    shuffled = list(enumerate(files))
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a shuffle, not a secret
    at_once, one_by_one = (new_home(folder / name, "Europe/Madrid") for name in ("at_once", "one_by_one"))
    for place, (export, rows) in enumerate(files):
        put(at_once, f"exports/{export}/{place}.csv", csv(*rows))
    for place, (export, rows) in shuffled:
        put(one_by_one, f"exports/{export}/{place}.csv", csv(*rows))
        assert land(one_by_one).keys() <= NOTHING_STANDS
    assert build(at_once, *EVERYTHING, kpis=SOME_KPIS, is_checked=True).keys() <= NOTHING_STANDS
    assert _said(at_once) == _said(one_by_one)


def _said(home: Home) -> list[list[tuple[Any, ...]]]:
    """What core says, whatever the files are called; and the ledger, balanced."""
    unbalanced = "rows_read <> rows_current + rows_superseded + rows_rejected + rows_folded + rows_removed"
    assert ask(home, f"select * from ops.loads where {unbalanced}") == []
    tables = ("core.tickets", "core.surveys", "core.articles", "core.observations", "core.checkins")
    found = [ask(home, f"select * exclude (file_id) from {table} order by all") for table in tables]
    return [*found, ask(home, f"select sha256, {SPLIT} from ops.loads order by all")]


def today() -> date:
    """The real day, where a test speaks of defaults."""
    return datetime.now(UTC).date()
