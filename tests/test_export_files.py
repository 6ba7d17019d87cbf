"""Export files as people have them: encodings, delimiters, packing, and everything that can be broken."""

import gzip
import io
import json
import zipfile
from datetime import date, datetime

import polars as pl
import pytest
from conftest import ask, csv, land, new_home, put, ticket
from exported import by_file, landed, read_rows

from okr_analytics.errors import FileRefused
from okr_analytics.home import Home
from okr_analytics.landing.manifest import Entry

GOOD = csv(ticket("1", topic="facturación"), ticket("2", topic="țară"), ticket("3", topic="plain"))
COUNTS = "select rows_read, rows_current, rows_superseded, rows_rejected, rows_folded, rows_removed from ops.loads"


def topics(home: Home, folder: str = "canonical") -> list[str]:
    """The topics that arrive, in file order."""
    return read_rows(home, folder)[0]["topic"].to_list()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", GOOD),
        ("utf-8-sig", GOOD),
        ("utf-16", GOOD),
        ("utf-16-le", GOOD),
        ("latin-1", GOOD.replace("țară", "não")),
        ("cp1250", GOOD.replace("ț", "ţ")),
    ],
)
def test_an_encoding_is_found_out(home: Home, encoding: str, text: str) -> None:
    """Long enough a text tells its encoding; a mark tells it at once. Every word arrives as it was written."""
    header, *rows = text.splitlines()
    longer = "\n".join([header, *(f"{n}-{row}" for n in range(60) for row in rows)]) + "\n"
    put(home, "exports/canonical/t.csv", longer, encoding)
    assert topics(home) == [row.split(",")[4] for row in longer.splitlines()[1:]]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("latin-1", ["España", "Niño", "Facturação", "Informação", "Atenção", "nº 5", "São Paulo"]),
        ("cp1252", ["¿Cómo?", "Año", "Instalación – España", "ação"]),
        ("cp1250", ["oraş", "Braşov", "aşteptare", "ţară"]),
        ("latin-1", ["only the last byte é"]),
    ],
)
def test_western_and_romanian_letters_arrive_as_they_were_written(home: Home, encoding: str, words: list[str]) -> None:
    rows = [ticket(f"{n:04d}", topic=words[n % len(words)]) for n in range(300 if len(words) > 1 else 1)]
    put(home, "exports/canonical/t.csv", csv(*rows).rstrip("\n"), encoding)
    assert topics(home) == [row["topic"] for row in rows]


def test_names_in_a_file_without_a_header_stay_out_of_messages(home: Home) -> None:
    put(home, "exports/canonical/t.csv", "17,ann.smith@example.com,open\n18,bo@example.com,open\n")
    (entry,) = landed(home)
    assert "no column 'ticket_id'" in str(entry.error)
    assert "ann" not in str(entry)


def test_an_encoding_can_be_given(home: Home) -> None:
    put(home, "exports/polish/t.csv", GOOD.replace("ț", "ş"), "iso8859_2")
    put(home, "sources/polish.yaml", _profile("encoding: iso8859_2"))
    assert topics(home, "polish") == ["facturación", "şară", "plain"]


def _profile(more: str) -> str:
    return f"""
title: Another
kind: tickets
{more}
columns: {{ticket_id: ticket_id, status: status, opened_at: opened_at, resolved_at: resolved_at, topic: topic}}
"""


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_delimiter_is_found_out(home: Home, delimiter: str) -> None:
    put(home, "exports/canonical/t.csv", GOOD.replace(",", delimiter))
    assert topics(home) == ["facturación", "țară", "plain"]


def test_packed_files_and_other_kinds_are_read(home: Home) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("export.csv", csv(ticket("zip")))
    put(home, "exports/canonical/deep/er/a.zip", archive.getvalue())
    put(home, "exports/canonical/b.csv.gz", gzip.compress(csv(ticket("gz")).encode()))
    put(home, "exports/canonical/c.jsonl", json.dumps(ticket("jsonl")) + "\n")
    typed = {"opened_at": pl.datetime(2026, 3, 2, 10), "resolved_at": pl.lit("")}
    frame = pl.DataFrame([ticket("parquet")]).with_columns(**typed)
    frame.write_parquet(home.exports / "canonical" / "d.parquet")
    rows, _ = read_rows(home, "canonical")
    assert rows.select("ticket_id", "opened_at").rows() == [
        (name, datetime(2026, 3, 2, 10)) for name in ("gz", "jsonl", "parquet", "zip")
    ]


def test_line_breaks_in_quotes_and_repeated_or_unnamed_headers_are_read(home: Home) -> None:
    text = 'ticket_id,,status,opened_at,resolved_at,topic,topic\n1,x,open,2026-03-02T10:00:00Z,,"two\nlines",other\n'
    put(home, "exports/canonical/t.csv", text)
    assert topics(home) == ["two\nlines"]


CUT = csv(ticket("1"), ticket("2"))[:-20]
BROKEN = {
    "cut.csv": (CUT, "line 3 has", "export it again"),
    "open-quote.csv": (GOOD + '4,open,"2026', "quote", "export it again"),
    "no-column.csv": (GOOD.replace("opened_at", "begun"), "no column 'opened_at'", "source profile"),
    "nothing.csv": ("", "zero bytes", "export it again"),
    "blank.csv": ("\n\n", "no header", "header row"),
    "letter.doc": ("Dear Sir,", "'.doc' is no known kind", "save it as"),
    "short.csv.gz": (gzip.compress(GOOD.encode())[:-12], "cannot be unpacked", "again"),
    "no.zip": (b"PK\x03\x04 but not really", "cannot be unpacked", "again"),
    "table.xlsx": (b"not a workbook", "no readable xlsx", "again"),
    "half.parquet": (b"PAR1", "no readable parquet", "again"),
    "ends.csv": (
        csv(ticket("1"), ticket("2")) + csv(ticket("3"), ticket("4")).replace("\n", "\r\n"),
        "end alike",
        "again",
    ),
    "half.jsonl": ('{"ticket_id": ', "no readable jsonl", "again"),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Entry]:
    """What became of each of these, and of a good file before and one after them all, read in one run."""
    home = new_home(tmp_path_factory.mktemp("broken"))
    for name, (text, _, _) in BROKEN.items():
        put(home, f"exports/canonical/broken/{name}", text)
    put(home, "exports/canonical/a-good.csv", GOOD)
    put(home, "exports/canonical/z-good.csv", csv(ticket("4")))
    return {name.removeprefix("canonical/"): entry for name, entry in by_file(home).items()}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_with_its_mend_and_stops_no_other(broken: dict[str, Entry], name: str) -> None:
    _, found, mend = BROKEN[name]
    entry = broken[f"broken/{name}"]
    assert (entry.status, entry.rows_read) == ("failed", None)
    assert found in str(entry.error)
    assert mend in str(entry.mend)
    assert [broken[good].rows_read for good in ("a-good.csv", "z-good.csv")] == [3, 1]


def test_a_folder_without_a_profile_and_one_with_a_wrong_profile_fail_by_name(home: Home) -> None:
    put(home, "exports/ours/a.csv", GOOD)
    put(home, "exports/mine/b.csv", GOOD)
    put(home, "sources/mine.yaml", "title: Mine\nkind: ticket\n")
    put(home, "exports/canonical/good.csv", GOOD)
    entries = by_file(home)
    assert {name: entry.status for name, entry in entries.items()} == {
        "canonical/good.csv": "loaded", "mine/b.csv": "failed", "ours/a.csv": "failed",
    }  # fmt: skip
    assert "sources/mine.yaml:2" in str(entries["mine/b.csv"].error)
    assert "sources/ours.yaml" in str(entries["ours/a.csv"].mend)


def test_a_failed_file_is_read_once_its_profile_is_mended(home: Home) -> None:
    put(home, "exports/mine/b.csv", GOOD)
    assert [entry.status for entry in landed(home)] == ["failed"]
    put(home, "sources/mine.yaml", _profile(""))
    assert [(entry.status, entry.rows_read) for entry in landed(home)] == [("loaded", 3)]


def test_a_header_alone_is_a_file_of_no_rows(home: Home) -> None:
    put(home, "exports/canonical/t.csv", GOOD.splitlines()[0] + "\n")
    assert land(home) == {}
    assert ask(home, COUNTS) == [(0, 0, 0, 0, 0, 0)]


def test_hidden_files_and_files_beside_the_folders_are_no_exports(home: Home) -> None:
    put(home, "exports/.DS_Store", "x")
    put(home, "exports/canonical/.hidden.csv", GOOD)
    put(home, "exports/readme.txt", "put exports into folders")
    put(home, "exports/canonical/t.csv", GOOD)
    assert [entry.file for entry in landed(home)] == ["exports/canonical/t.csv"]


def test_the_day_of_an_export_is_in_its_name_else_its_newest_instant(home: Home) -> None:
    put(home, "exports/canonical/tickets-2026-03-05.csv", csv(ticket("1")))
    put(home, "exports/canonical/tickets.csv", csv(ticket("2", first_response_at="2026-03-04T09:00:00Z")))
    land(home)
    got = ask(home, "select ticket_id, exported_at::varchar from core.tickets order by 1")
    assert got == [("1", "2026-03-05 23:59:59"), ("2", "2026-03-04 09:00:00")]
    assert ask(home, "select * from core.coverage") == [("canonical", "tickets", date(2026, 3, 2), date(2026, 3, 5))]


def test_the_day_of_an_export_may_be_that_of_its_folder(home: Home) -> None:
    """A ticket that says nothing of its changes is as new as its export, in whatever order files are called."""
    put(home, "sources/daily.yaml", "like: canonical\nexported_at: '^(?P<day>[0-9-]{10})/'\n")
    put(home, "exports/daily/2026-03-05/z.csv", csv(ticket("1", topic="older")))
    put(home, "exports/daily/2026-03-06/a.csv", csv(ticket("1", topic="newer")))
    land(home)
    assert ask(home, "select topic, exported_at::varchar from core.tickets") == [("newer", "2026-03-06 23:59:59")]


def test_full_and_incremental_exports_in_many_files_come_to_the_same(home: Home) -> None:
    """A full export of half of it, packed, and seven parts that each hold some versions of every ticket."""
    versions = [
        ticket(str(number), topic=f"v{version}", updated_at=f"2026-03-{version + 3:02d}T10:00:00Z")
        for number in range(40)
        for version in range(3)
    ]
    parts = {f"{name}": versions[name::7] for name in range(7)}
    put(home, "exports/canonical/full.csv.gz", gzip.compress(csv(*versions[:60]).encode()))
    for name, rows in parts.items():
        put(home, f"exports/canonical/2026/{name}/part.csv", csv(*rows))
    land(home)
    assert ask(home, "select topic, count(*) from core.tickets group by all") == [("v2", 40)]
    split = "sum(rows_read), sum(rows_current), sum(rows_superseded), count(*)"
    assert ask(home, f"select {split} from ops.loads") == [(180, 40, 140, 8)]


def test_a_zip_that_swells_beyond_reason_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is lowered to a size that a test can afford."""
    monkeypatch.setattr("okr_analytics.exports.files.MAX_UNPACKED_BYTES", 1000)
    put(home, "exports/canonical/bomb.csv.gz", gzip.compress(b"0" * 100_000))
    with pytest.raises(FileRefused, match="unpacks to more than 1,000 bytes"):
        read_rows(home, "canonical")
