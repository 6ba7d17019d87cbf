"""Tables as files: of one generation, whole or not at all, and harmless in spreadsheets."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner, Result
from conftest import csv, publish_core, put, ticket

from okr_analytics.handout import MAIN_TABLES, hand_out
from okr_analytics.home import Home
from pipelines.cli import main

EVIL = "=cmd|' /C calc'!A0"


def okr(home: Home, *words: str) -> Result:
    """Run a command in process."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], catch_exceptions=False)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A published home with texts of every kind, and a row that was rejected for two reasons; to look at."""
    home = Home(tmp_path_factory.mktemp("handout") / "home")
    rows = (
        ticket("1", topic=EVIL, team="+1", agent="@me", segment='"-a, b"', first_response_at="2026-03-02T10:35:00Z"),
        ticket("2", topic="Ștergere ñ", reply_count=3),
        ticket("", opened_at="never"),
    )
    put(home, "exports/canonical/a.csv", csv(*rows))
    publish_core(home)
    return home


def grown_by(desk: Home, folder: Path, sql: str) -> Home:
    """A copy of its warehouse with something more in it."""
    grown = Home(folder / "home")
    grown.warehouse.parent.mkdir(parents=True)
    grown.warehouse.write_bytes(desk.warehouse.read_bytes())
    with duckdb.connect(str(grown.warehouse)) as connection:
        connection.execute(sql)
    return grown


def test_csv_is_for_spreadsheets(desk: Home, tmp_path: Path) -> None:
    """UTF-8 with its mark; formulas behind an apostrophe, numbers as they are, null empty, instants readable."""
    done = okr(desk, "export", "core.tickets", "core.rejected_rows", "--format", "csv", "--to", str(tmp_path))
    assert done.output == (
        f"core.tickets.csv: 2 rows\ncore.rejected_rows.csv: 1 rows\nGeneration 1 as of 2026-11-21, in {tmp_path}\n"
    )
    written = (tmp_path / "core.tickets.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfsource,ticket_id,")
    first, second = pl.read_csv(written, infer_schema=False).rows(named=True)
    assert [first[name] for name in ("topic", "team", "agent", "segment")] == [f"'{EVIL}", "'+1", "'@me", "'-a, b"]
    assert (first["opened_at"], first["first_response_at"]) == ("2026-03-02 10:00:00", "2026-03-02 10:35:00")
    assert (first["reply_count"], second["reply_count"], second["topic"]) == (None, "3", "Ștergere ñ")
    (rejected,) = pl.read_csv(tmp_path / "core.rejected_rows.csv").rows(named=True)
    assert len(json.loads(rejected["reasons"])) == 2


def test_numbers_below_zero_stay_numbers(desk: Home, tmp_path: Path) -> None:
    grown = grown_by(desk, tmp_path, "create table core.signed as select -1 as number, -0.5 as share, '-1' as text")
    hand_out(grown, tmp_path / "out", "csv", ["core.signed"])
    assert (tmp_path / "out" / "core.signed.csv").read_text(encoding="utf-8-sig") == "number,share,text\n-1,-0.5,'-1\n"


def test_parquet_keeps_types_that_every_reader_takes(desk: Home, tmp_path: Path) -> None:
    hand_out(desk, tmp_path, "parquet", ["core.tickets", "core.rejected_rows", "ops.loads"])
    tickets = pl.read_parquet(tmp_path / "core.tickets.parquet")
    assert tickets.select("topic", "opened_at", "reply_count").rows() == [
        (EVIL, datetime(2026, 3, 2, 10), None), ("Ștergere ñ", datetime(2026, 3, 2, 10), 3),
    ]  # fmt: skip
    loads = pl.read_parquet(tmp_path / "ops.loads.parquet").rows(named=True)
    assert [(each["rows_read"], each["rows_superseded"], each["rows_rejected"]) for each in loads] == [(3, 0, 1)]
    schemas = [pl.read_parquet_schema(path) for path in tmp_path.glob("*.parquet")]
    assert not [kind for schema in schemas for kind in schema.values() if kind.is_nested() or kind == pl.Int128]


def test_without_names_the_main_tables_are_written_of_one_generation(demo: Home, tmp_path: Path) -> None:
    done = okr(demo, "export", "--to", str(tmp_path / "new" / "out"))
    assert done.exit_code == 0, done.stderr
    out = tmp_path / "new" / "out"
    assert {path.name for path in out.iterdir()} == {f"{table}.parquet" for table in MAIN_TABLES} | {"generation.json"}
    note = json.loads((out / "generation.json").read_text(encoding="utf-8"))
    assert (note["generation"], note["as_of"], note["published_at"]) == (1, "2026-08-24", "2026-11-22 04:15:00 UTC")
    for table, said in note["tables"].items():
        assert pl.scan_parquet(out / said["file"]).select(pl.len()).collect().item() == said["rows"], table
    assert note["tables"]["core.tickets"] == {"file": "core.tickets.parquet", "rows": 11014}


def test_an_unknown_table_is_answered_with_the_nearest_and_nothing_is_written(desk: Home, tmp_path: Path) -> None:
    done = okr(desk, "export", "core.tickets", "core.ticket", "--to", str(tmp_path / "out"))
    assert (done.exit_code, done.stderr) == (2, "okr: no table or view 'core.ticket'; did you mean 'core.tickets'?\n")
    assert not (tmp_path / "out").exists()


def test_a_second_time_replaces_and_leaves_what_is_not_its_own(desk: Home, tmp_path: Path) -> None:
    mine = tmp_path / "mine.xlsx"
    mine.write_text("mine", encoding="utf-8")
    for _ in range(2):
        hand_out(desk, tmp_path, "csv", ["core.tickets"])
    assert {path.name for path in tmp_path.iterdir()} == {"core.tickets.csv", "generation.json", "mine.xlsx"}


def test_where_one_table_fails_no_file_is_changed(desk: Home, tmp_path: Path) -> None:
    """The last row of the second one is no number. What a killed command left is gone as well."""
    grown = grown_by(desk, tmp_path, "create view core.broken as select cast(topic as integer) as n from core.tickets")
    out = tmp_path / "out"
    hand_out(grown, out, "csv", ["ops.loads"])
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (out / ".unfinished").mkdir()
    done = okr(grown, "export", "core.tickets", "core.broken", "--format", "csv", "--to", str(out))
    assert (done.exit_code, "Could not convert string" in done.stderr) == (1, True)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_named(desk: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = okr(desk, "export", "ops.loads", "--to", str(tmp_path / "file" / "out"))
    said = f"okr: {tmp_path}/file/out cannot be written (Not a directory); free some space, or choose another\n"
    assert (done.exit_code, done.stderr) == (1, said)


@pytest.mark.parametrize("name", ["exports/canonical", "state", "warehouse", "okrs"])
def test_the_desks_own_folders_are_refused(desk: Home, name: str) -> None:
    """What is written below exports/ would be read as an export the next night."""
    done = okr(desk, "export", "--to", str(desk.root / name))
    assert (done.exit_code, "is a folder of the desk's own" in done.stderr) == (2, True)


MANY = """
import resource, sys
from pathlib import Path
from okr_analytics.home import Home
from okr_analytics.handout import hand_out
hand_out(Home(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3], ["core.many"])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.soak
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_five_million_rows_are_never_in_memory_at_once(desk: Home, tmp_path: Path, form: str) -> None:
    """As text they are 1.1 GB."""
    grown = grown_by(
        desk,
        tmp_path,
        "create table core.many as select n, md5(n::varchar) || repeat('x', 150) as text, "
        "timestamp '2026-01-01' + to_seconds(n) as at from range(5_000_000) as numbers(n)",
    )
    command = [sys.executable, "-c", MANY, str(grown.root), str(tmp_path / "out"), form]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    assert int(done.stdout) < 900
