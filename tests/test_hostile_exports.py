"""Exports that are wrong by chance or by intent: refused by name, the good file beside them is landed."""

import gzip
import io
import json
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import ask, build, csv, land, new_home, put, ticket
from exported import by_file, landed, landed_rows
from hostile import GOOD, NOW, ROWS, SEEDS, parquet, workbook, zipped

from okr_analytics.home import Home
from okr_analytics.landing.manifest import Entry
from okr_analytics.warehouse.models import models


def outcome(home: Home, name: str) -> tuple[str, str | None, int | None]:
    """Status, error and rows of one file, the good one beside it being landed."""
    entries = by_file(home)
    assert entries["canonical/good.csv"].status == "loaded"
    entry = entries[f"canonical/{name}"]
    return entry.status, entry.error, entry.rows_read


def all_landed(home: Home, files: Mapping[str, tuple[str, bytes]]) -> dict[str, Entry]:
    """What became of each case's file, read in one run before the good one, which is landed."""
    put(home, "exports/canonical/good.csv", GOOD)
    for place, (name, data) in enumerate(files.values()):
        put(home, f"exports/canonical/{place:02d}/{name}", data)
    entries = by_file(home)
    assert entries["canonical/good.csv"].status == "loaded"
    return {case: entries[f"canonical/{place:02d}/{name}"] for place, (case, (name, _)) in enumerate(files.items())}


@pytest.fixture
def desk(home: Home) -> Home:
    """A home with one good file."""
    put(home, "exports/canonical/good.csv", GOOD)
    return home


def _twice() -> bytes:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["ticket_id", "ticket_id"]), out)
    return out.getvalue()


REFUSED: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "a zip in a zip": ("a.zip", zipped({"b.zip": zipped({"c.csv": GOOD})}), "the zip holds another packed file"),
    "a zip of two": ("a.zip", zipped({"a.csv": GOOD, "b.csv": GOOD}), "the zip holds 2 files"),
    "a zip of nothing": ("a.zip", zipped({}), "the zip holds 0 files"),
    "bytes of zero": ("a.csv", csv(*ROWS).replace("email", "e\0mail", 1).encode(), "bytes of zero between its letters"),
    "a line without end": ("a.csv", lambda: csv(ticket("1", topic="x" * 5_000_000)).encode(), "longer than 4 MiB"),
    "a header without end": ("a.csv", b"x" * 5_000_000, "the header cannot be read (field larger"),
    "deep jsonl": ("a.jsonl", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "no readable jsonl"),
    "jsonl that is no table": ("a.jsonl", b'[1, 2]\n"x"\n5\nnull\n', "no readable jsonl"),
    "jsonl beyond numbers": ("a.jsonl", b'{"ticket_id": NaN, "opened_at": 1e999}\n', "no readable jsonl"),
    "two columns of one name": ("a.parquet", _twice, "it has two columns of one name"),
    "bytes that are no text": ("a.parquet", parquet(topic=pl.Series([b"\xff"] * 8)), "it cannot be read"),
}  # fmt: skip


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Entry]:
    """What became of each of these. The longest line is lowered to what a test can afford."""
    files = {case: (name, data if isinstance(data, bytes) else data()) for case, (name, data, _) in REFUSED.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("okr_analytics.warehouse.engine.MAX_RECORD_BYTES", 4 << 20)
        return all_landed(new_home(tmp_path_factory.mktemp("refused")), files)


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_file_is_refused_by_name(refused: dict[str, Entry], case: str) -> None:
    entry = refused[case]
    assert (entry.status, entry.rows_read) == ("failed", None)
    assert REFUSED[case][2] in str(entry.error)


def test_names_inside_a_zip_lead_nowhere(home: Home, tmp_path: Path) -> None:
    """The one file is read under a name of ours, wherever it says it belongs."""
    inside = ("../../../evil.csv", "/etc/evil.csv", "a\nb'\".csv", "C:\\evil.csv")
    entries = all_landed(home, {name: ("a.zip", zipped({name: csv(*ROWS)})) for name in inside})
    assert {name: (entry.status, entry.rows_read) for name, entry in entries.items()} == dict.fromkeys(
        inside, ("loaded", 8)
    )
    assert [*tmp_path.rglob("*evil*"), *Path("/etc").glob("*evil*"), *Path().glob("*evil*")] == []


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.zip", "bomb.xlsx"])
def test_a_bomb_is_refused(desk: Home, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits lowered to what a test can afford."""
    monkeypatch.setattr("okr_analytics.exports.files.MAX_UNPACKED_BYTES", 100_000)
    monkeypatch.setattr("okr_analytics.exports.tables.MAX_WHOLE_BYTES", 100_000)
    text = csv(*ROWS) + "x" * 1_000_000
    data = {
        "bomb.csv.gz": gzip.compress(text.encode()),
        "bomb.zip": zipped({"a.csv": text}),
        "bomb.xlsx": workbook("<row/>" * 50_000),
    }
    put(desk, f"exports/canonical/{name}", data[name])
    status, error, _ = outcome(desk, name)
    assert status == "failed"
    assert "100,000" in str(error)


def test_a_file_that_breaks_late_leaves_none_of_its_rows(desk: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read row by row, its last one is no text; by then others are written."""
    monkeypatch.setattr("okr_analytics.exports.tables.BATCH_ROWS", 1)
    put(desk, "exports/canonical/late.parquet", parquet(topic=pl.Series([b"t"] * 7 + [b"\xff"])))
    assert outcome(desk, "late.parquet")[::2] == ("failed", None)
    assert landed_rows(desk)["ticket_id"].to_list() == ["good"]


def test_a_json_too_large_to_be_read_as_a_whole_is_told_what_to_be(desk: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """One object a line may be of any size; a list of them is read as a whole."""
    monkeypatch.setattr("okr_analytics.exports.objects.MAX_WHOLE_BYTES", 500)
    put(desk, "exports/canonical/b.jsonl", SEEDS["b.jsonl"])
    assert outcome(desk, "b.jsonl") == ("loaded", None, 8)
    listed = b"[" + SEEDS["b.jsonl"].replace(b"\n", b",") + b"]"
    put(desk, "exports/canonical/b.json", listed)
    assert outcome(desk, "b.json") == ("failed", f"{len(listed):,} bytes are more than .json may hold (500)", None)


NAMES = (
    "a\nb.csv", "a'b.csv", 'a"b.csv', "a%s%d.csv", "a*[x]?.csv", "{x}.csv", "year=2026/topic=x.csv", "-rf.csv",
    "x;drop table ops.loads;--.csv", "n" * 250 + ".csv", "\u202egnp.csv", "\x1b[31m.csv", "ñ ☃.csv",
)  # fmt: skip


def test_a_file_may_be_called_anything(desk: Home) -> None:
    """The odd name is a name, in the file system, in SQL, and in the ledger."""
    for place, name in enumerate(NAMES):
        put(
            desk,
            f"exports/canonical/{name}",
            csv(*({**row, "ticket_id": f"{place} {row['ticket_id']}"} for row in ROWS)),
        )
    assert land(desk) == {}
    ledger = ask(desk, "select file, status, rows_current from ops.loads where rows_read = 8 order by file")
    assert ledger == sorted((f"exports/canonical/{name}", "loaded", 8) for name in NAMES)
    assert ask(desk, "select count(*) from core.tickets") == [(1 + 8 * len(NAMES),)]


def test_a_name_that_is_no_utf_8_is_refused_and_names_that_differ_by_case_are_two(desk: Home) -> None:
    Path(os.fsdecode(os.fsencode(desk.exports / "canonical") + b"/\xff\xfe.csv")).write_text(csv(*ROWS))
    put(desk, "exports/canonical/A.csv", csv(ticket("upper")))
    put(desk, "exports/canonical/a.csv", csv(ticket("lower")))
    entries = landed(desk)
    assert sorted(landed_rows(desk)["ticket_id"]) == ["good", "lower", "upper"]
    assert [entry.error for entry in entries if not entry.is_loaded] == ["its name is not UTF-8"]


def test_a_link_that_leads_out_is_never_opened(desk: Home, tmp_path: Path) -> None:
    """Neither a system file nor a neighbour's export; a link beside its target is the same file once more."""
    folder = desk.exports / "canonical"
    (folder / "passwd.csv").symlink_to("/etc/passwd")
    (tmp_path / "neighbour.csv").write_text(csv(*ROWS))
    (folder / "neighbour.csv").symlink_to(tmp_path / "neighbour.csv")
    (folder / "latest.csv").symlink_to(folder / "good.csv")
    (folder / "etc").symlink_to("/etc")
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.csv").symlink_to(folder / "gone")
    assert [(entry.file, entry.error) for entry in landed(desk) if not entry.is_loaded] == [
        (f"exports/canonical/{name}.csv", "it is a link that leads out of its folder")
        for name in ("neighbour", "passwd")
    ]
    assert landed_rows(desk)["ticket_id"].to_list() == ["good"]


def test_pipes_and_devices_are_no_exports(desk: Home) -> None:
    """Reading a pipe would wait for ever."""
    os.mkfifo(desk.exports / "canonical" / "pipe.csv")
    (desk.exports / "canonical" / "zero.csv").symlink_to("/dev/zero")
    assert [each.file for each in landed(desk)] == ["exports/canonical/good.csv"]


def test_wide_long_and_many_words_are_read(desk: Home) -> None:
    """5,000 columns, a cell of 10 MB, 100,000 topics, a JSON object in a cell, a million empty rows in a workbook."""
    wide = ticket("wide", **{f"c{number}": number for number in range(5000)})
    put(desk, "exports/canonical/wide.csv", csv(wide))
    put(desk, "exports/canonical/long.csv", csv(ticket("long", topic="x" * 10_000_000)))
    put(desk, "exports/canonical/many.csv", csv(*(ticket(f"m{n}", topic=f"topic {n}") for n in range(100_000))))
    put(desk, "exports/canonical/nested.jsonl", json.dumps({**ticket("nested"), "topic": {"a": [{"b": [1]}]}}) + "\n")
    put(desk, "exports/canonical/rows.xlsx", workbook("<row/>" * 1_000_000))
    entries = {each.file.rpartition("/")[2]: (each.status, each.rows_read) for each in landed(desk)}
    assert entries["rows.xlsx"][0] == "loaded"
    del entries["rows.xlsx"]
    once = ("loaded", 1)
    assert entries == {
        "good.csv": once, "wide.csv": once, "long.csv": once, "nested.jsonl": once, "many.csv": ("loaded", 100_000),
    }  # fmt: skip


INSTANTS = (
    "1969-12-31T23:59:59Z", "0001-01-03T00:00:00Z", "9999-12-30T00:00:00Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "-001-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "294247-01-10T04:00:54Z",
    "2026-02-30T00:00:00Z", "0000-00-00", "1e400", "NaN", "2026-03-02T10:00:00+99:99",
)  # fmt: skip


def test_instants_at_and_beyond_the_ends_of_the_calendar(desk: Home) -> None:
    """As openings all are rejected; as first responses some are nulled and some rejected. None ends the run."""
    put(desk, "exports/canonical/i.csv", csv(*(ticket(text, opened_at=text) for text in INSTANTS)))
    put(desk, "exports/canonical/o.csv", csv(*(ticket(f"o{text}", first_response_at=text) for text in INSTANTS)))
    assert build(desk, "ops.loads", *models(), is_checked=True) == {}
    rejected = ask(desk, "select ticket_id from core.rejected_rows where file like '%/i.csv' order by 1")
    assert rejected == sorted((text,) for text in INSTANTS)
    assert ask(desk, "select file from ops.loads where rows_read <> rows_current + rows_rejected") == []


def test_numbers_that_are_none_are_nulled_and_counted(home: Home) -> None:
    words = ("1e400", "NaN", "inf", "-inf", "9" * 40, "0x10", "--1", "١٢")
    put(home, "exports/canonical/n.csv", csv(*(ticket(word, reply_count=word) for word in words)))
    (entry,) = landed(home)
    rows = landed_rows(home)
    nulled = sum(entry.nulled["reply_count"].values())
    assert (len(rows), rows["reply_count"].null_count()) == (len(words), nulled)
    assert nulled >= 6


ODD: dict[str, dict[str, Any]] = {
    "decimals": {"ticket_id": pl.Series(range(8)).cast(pl.Decimal(20, 3))},
    "nested": {"topic": pl.Series([[{"a": 1}]] * 8)},
    "words by number": {"topic": pl.Series(["a"] * 8, dtype=pl.Categorical)},
    "nanoseconds in a zone": {"opened_at": pl.Series([NOW] * 8, dtype=pl.Datetime("ns", "Asia/Tokyo"))},
    "milliseconds beyond time": {"opened_at": pl.Series([1 << 62] * 8).cast(pl.Datetime("ms"))},
    "microseconds before time": {"opened_at": pl.Series([-(1 << 62)] * 8).cast(pl.Datetime("us", "UTC"))},
    "days beyond time": {"opened_at": pl.Series([1 << 30] * 8, dtype=pl.Int32).cast(pl.Date)},
    "lengths of time": {"topic": pl.Series([timedelta(1)] * 8)},
    "numbers that are none": {"reply_count": pl.Series([float("nan"), float("inf")] * 4)},
    "nothing": {"topic": pl.Series([None] * 8, dtype=pl.Null)},
}  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Entry]:
    """What became of each of these."""
    files = {case: ("odd.parquet", parquet(**columns)) for case, columns in ODD.items()}
    return all_landed(new_home(tmp_path_factory.mktemp("odd")), files)


@pytest.mark.parametrize("case", ODD)
def test_parquet_of_odd_types_is_read_or_refused(odd: dict[str, Entry], case: str) -> None:
    read = (odd[case].status, odd[case].rows_read, odd[case].rows_rejected)
    rejected = 8 if case.endswith("time") else 0
    assert read == (("failed", None, None) if case == "lengths of time" else ("loaded", 8, rejected))
