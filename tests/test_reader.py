"""Readers: what is open keeps answering, what is new sees the newest, nobody waits."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from conftest import DEMO_DAY, NOW, put
from small_generations import publish_rows

from okr_analytics.errors import DataError, UsageError
from okr_analytics.home import Home
from okr_analytics.reader import Reader

COUNT = "select count(*) from core.feeds"
OTHER_PROCESS = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    for question in sys.stdin:
        print(connection.execute(question).fetchall(), flush=True)
"""


def test_through_ten_publishes_an_open_connection_keeps_its_generation_and_a_new_one_sees_the_newest(
    home: Home,
) -> None:
    """An analyst in this process, one with plain DuckDB in this process, one with plain DuckDB in another."""
    publish_rows(home, 1, DEMO_DAY)
    command = [sys.executable, "-c", OTHER_PROCESS, str(home.warehouse)]
    with (
        Reader(home) as reader,
        reader.connection() as opened,
        duckdb.connect(str(home.warehouse), read_only=True) as plain,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other,
    ):
        assert other.stdin
        assert other.stdout
        for number in range(1, 12):
            if number > 1:
                publish_rows(home, number, DEMO_DAY)
            print(COUNT, file=other.stdin, flush=True)
            assert other.stdout.readline() == "[(1,)]\n"
            assert opened.execute(COUNT).fetchall() == plain.execute(COUNT).fetchall() == [(1,)]
            assert reader.frame(COUNT).item() == number
            with reader.connection() as newest:
                assert newest.execute(COUNT).fetchall() == [(number,)]
        other.stdin.close()
        found = reader.generation()
        assert found
        assert (found.number, found.as_of, found.published_at) == (11, DEMO_DAY, NOW)


@pytest.mark.parametrize("where", ["home", "folder", "file", "environment"])
def test_a_warehouse_is_found_by_its_home_its_folder_or_its_file(
    demo: Home, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_HOME", str(demo.root))
    place = {"home": demo, "folder": str(demo.root), "file": demo.warehouse, "environment": None}[where]
    with Reader(place) as reader:
        asked = reader.frame("select distinct as_of_date from ops.generations")
    assert asked["as_of_date"].to_list() == [DEMO_DAY]


def test_views_macros_and_the_callers_frames_answer(demo: Home) -> None:
    wanted = pl.DataFrame({"kr_id": ["first-answer-sooner"]})
    with Reader(demo) as reader, reader.connection() as connection:
        assert connection.sql("select count(*) from okr.latest join wanted using (kr_id)").fetchall() == [(55,)]
        (reported,) = connection.sql(
            "select count(*) from okr.as_reported(timestamp '2026-12-01') where kr_id = 'first-answer-sooner'"
        ).fetchall()
        assert reported == (55,)
        assert wanted.height == 1


def test_instants_are_utc_wherever_the_reader_sits(demo: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Lima")
    with Reader(demo) as reader, reader.connection() as connection:
        (row,) = connection.execute("select timestamptz '2026-03-02 10:00:00Z'::timestamp").fetchall()
    assert row == (datetime(2026, 3, 2, 10),)


def test_nothing_can_be_written(demo: Home) -> None:
    with Reader(demo) as reader, pytest.raises(DataError, match="read-only"):
        reader.frame("create table core.mine as select 1")


def test_threads_may_share_a_reader(demo: Home) -> None:
    with Reader(demo) as reader, ThreadPoolExecutor(8) as threads:
        counts = set(threads.map(lambda _: reader.frame(COUNT).item(), range(64)))
    assert len(counts) == 1


def test_a_reader_outlives_its_closing(demo: Home) -> None:
    reader = Reader(demo)
    with reader.connection() as connection:
        reader.close()
        assert connection.execute("select 1").fetchall() == [(1,)]
    assert reader.frame("select 2 as two").item() == 2
    reader.close()


def test_before_the_first_run_it_says_what_to_do(home: Home, tmp_path: Path) -> None:
    reader = Reader(home)
    assert reader.generation() is None
    for missing in (reader, Reader(tmp_path / "nowhere.duckdb")):
        with pytest.raises(UsageError, match="run 'okr run' first"):
            missing.frame("select 1")
    put(home, "warehouse/desk.duckdb", b"not a database at all")
    with pytest.raises(DataError):
        reader.frame("select 1")
    publish_rows(home, 1, DEMO_DAY)
    assert reader.frame(COUNT).item() == 1
    reader.close()
