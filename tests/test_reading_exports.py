"""What helpdesks do to their exports, and how the cells come out: titles above the header, repeated and localised
headers, dates and times apart, zones in headers, units in headers, fields within fields."""

import gzip
import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from conftest import ask, csv, land, new_home, put, ticket
from exported import cells, landed, landed_rows, read_export

from okr_analytics.errors import ConfigurationError, FileRefused
from okr_analytics.exports.headers import zone_named
from okr_analytics.home import Home
from okr_analytics.sources.registry import read_profile

PROFILE = """
title: Ours
kind: tickets
columns:
  ticket_id: Número
  opened_at: Abierto
  resolved_at: Resuelto
  tags: Etiquetas
  team: Grupo
optional: all
"""


def profile(home: Home, more: str = "", text: str = PROFILE) -> None:
    """A profile of the home."""
    put(home, "sources/ours.yaml", text + more)


def test_case_accents_and_punctuation_of_a_header_do_not_matter(home: Home) -> None:
    profile(home)
    rows, _ = read_export(home, "NUMERO;abierto;Resuelto:;grupo\n7;2026-03-02 10:00;;Ventas\n")
    assert cells(rows, "ticket_id", "team") == [("7", "Ventas")]


def test_the_header_that_is_spelled_the_same_wins(home: Home) -> None:
    profile(home)
    rows, _ = read_export(home, "Numero,Número,Abierto\n1,7,2026-03-02 10:00\n")
    assert cells(rows, "ticket_id") == [("7",)]


def test_titles_above_the_header_are_passed_over(home: Home) -> None:
    profile(home)
    rows, _ = read_export(home, 'Informe\n"de marzo\n2026"\n\nNúmero,Abierto,Grupo\n7,2026-03-02 10:00,Ventas\n')
    assert cells(rows, "ticket_id", "team") == [("7", "Ventas")]
    landed(home)
    assert cells(landed_rows(home), "ticket_id", "row_number") == [("7", 1)]


def test_of_repeated_headers_the_first_filled_cell_counts_and_tags_are_all_kept(home: Home) -> None:
    profile(home)
    header = "Número,Grupo,Etiquetas,Abierto,Grupo,Etiquetas,Etiquetas\n"
    text = header + "1,,a,2026-03-02 10:00,Ventas,,c\n2,A,,2026-03-02 10:00,B,,\n"
    rows, _ = read_export(home, text)
    assert cells(rows, "team", "tags") == [("Ventas", "a, c"), ("A", None)]


def test_a_date_and_a_time_apart_are_one_instant(home: Home) -> None:
    profile(home, "together:\n  closed_at: [Fecha, [Hora, Time]]\n")
    row = "1,2026-03-02 10:00,2026-03-02 11:00,2026-03-02,11:30"
    rows, _ = read_export(home, f"Número,Abierto,Resuelto,fecha,time\n{row}\n")
    assert cells(rows, "closed_at") == [(datetime(2026, 3, 2, 11, 30),)]


def test_a_column_may_not_be_told_twice(home: Home) -> None:
    profile(home, "together:\n  opened_at: [Fecha, Hora]\n")
    with pytest.raises(
        ConfigurationError, match=r"sources/ours.yaml:4: columns: opened_at is in together too; keep one"
    ):
        read_profile(home, "ours")


@pytest.mark.parametrize(
    ("header", "opened"),
    [
        ("Started (America/New_York)", datetime(2026, 3, 2, 15)),  # five hours behind UTC in March
        ("Started (UTC+02:00)", datetime(2026, 3, 2, 8)),
        ("started (GMT-3)", datetime(2026, 3, 2, 13)),
        ("Started (UTC)", datetime(2026, 3, 2, 10)),
    ],
)
def test_the_zone_in_a_header_is_that_of_its_cells(home: Home, header: str, opened: datetime) -> None:
    profile(home, text=PROFILE.replace("Abierto", '"Started ({time_zone})"'))
    rows, _ = read_export(home, f"Número,{header}\n1,2026-03-02 10:00\n")
    assert cells(rows, "opened_at") == [(opened,)]


def test_a_header_that_names_no_zone_is_another_header(home: Home) -> None:
    profile(home, text=PROFILE.replace("Abierto", '"Started ({time_zone})"'))
    with pytest.raises(FileRefused, match=r"^no column 'Started \({time_zone}\)'"):
        read_export(home, "Número,Started (by whom)\n1,2026-03-02 10:00\n")
    assert [zone_named(text) for text in ("Europe/Madrid", "by whom", "utc", "GMT+0")] == [
        "Europe/Madrid", None, "UTC", "UTC",
    ]  # fmt: skip


def test_instants_may_be_written_where_the_desk_is(tmp_path: Path) -> None:
    home = new_home(tmp_path, "Europe/Madrid")
    profile(home, "instants: {time_zone: desk}\n")
    put(home, "exports/ours/a.csv", "Número,Abierto\n1,2026-07-01 10:00\n")
    for zone, opened in (("Europe/Madrid", datetime(2026, 7, 1, 8)), ("America/New_York", datetime(2026, 7, 1, 14))):
        put(home, "desk.yaml", f"time_zone: {zone}\n")
        landed(home)
        assert cells(landed_rows(home), "opened_at") == [(opened,)]


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("07/Mar/26 3:05 PM", "%d/%b/%y %I:%M %p"),
        ("07/mar./26 3:05 p. m.", "%d/%b/%y %I:%M %p"),
        ("07/MARZO/26 15:05", "%d/%B/%y %H:%M"),
        ("7 março 2026 15:05", "%d %B %Y %H:%M"),
        ("7 martie 2026 15:05", "%d %b %Y %H:%M"),
        ("7 mar 2026 15:05", "%d %b %Y %H:%M"),
    ],
)
def test_months_and_halves_of_the_day_are_read_in_four_languages(home: Home, cell: str, form: str) -> None:
    profile(home, f"instants: {{formats: ['{form}']}}\n")
    rows, _ = read_export(home, f"Número,Abierto\n1,{cell}\n")
    assert cells(rows, "opened_at") == [(datetime(2026, 3, 7, 15, 5),)]


def test_units_are_those_of_the_header_that_the_file_has(home: Home) -> None:
    more = "units: {Minutos: min, Horas: h}\n"
    text = PROFILE.replace("  team: Grupo", "  handle_seconds: [Minutos, Horas]")
    profile(home, more, text)
    opened = "2026-03-02 10:00"
    rows, nulled = read_export(home, f"Número,Abierto,Horas\n1,{opened},2\n2,{opened},-2\n3,{opened},9e12\n")
    assert cells(rows, "handle_seconds") == [(7200,), (None,), (None,)]
    assert nulled == {"handle_seconds": {"beyond reason": 1, "negative": 1}}
    rows, _ = read_export(home, f"Número,Abierto,Minutos\n4,{opened},2\n", "b.csv")
    assert cells(rows, "handle_seconds")[3:] == [(120,)]


@pytest.mark.parametrize(
    ("units", "found"),
    [
        ("Minuto: min", "units: no column or header 'Minuto'; did you mean 'Minutos'?"),
        ("team: min", "units: 'team' is not a duration; leave it out"),
        ("Minutos: stations", "units: 'Minutos' is not a number of transfers; leave it out"),
        ("Minutos: remaining", "units: 'Minutos' is not yes or no, by the time that remains; leave it out"),
    ],
)
def test_a_unit_that_fits_nothing_is_refused(home: Home, units: str, found: str) -> None:
    profile(home, f"  handle_seconds: [Minutos]\nunits: {{{units}}}\n", PROFILE.replace("optional: all\n", ""))
    with pytest.raises(ConfigurationError, match=found.replace("?", r"\?")):
        read_profile(home, "ours")


def test_time_that_remains_says_whether_a_promise_was_kept(home: Home) -> None:
    profile(home, "units: {sla_met_by_source: remaining}\n", PROFILE.replace("team: Grupo", "sla_met_by_source: SLA"))
    lines = "".join(f"1,2026-03-02 10:00,{cell}\n" for cell in ("1h 5m", "-0:15", "0", "paused", ""))
    rows, nulled = read_export(home, f"Número,Abierto,SLA\n{lines}")
    assert cells(rows, "sla_met_by_source") == [(True,), (False,), (True,), (None,), (None,)]
    assert nulled == {"sla_met_by_source": {"neither yes nor no": 1}}


def test_verdicts_are_words_of_the_profile(home: Home) -> None:
    more = "words:\n  sla_met_by_source: {met: Within SLA, breached: [SLA Violated, 'yes']}\n"
    profile(home, more, PROFILE.replace("team: Grupo", "sla_met_by_source: SLA"))
    lines = "".join(f"1,2026-03-02 10:00,{cell}\n" for cell in ("within sla", "SLA Violated", "no", "yes"))
    rows, _ = read_export(home, f"Número,Abierto,SLA\n{lines}")
    assert cells(rows, "sla_met_by_source") == [(True,), (False,), (False,), (False,)]


def test_opinions_are_marks_of_any_scale_or_words_of_the_profile(home: Home) -> None:
    """On 1 to 5: the worst is 1, the best 5; what is no mark is counted."""
    more = "words:\n  csat: {best: Muy bien, worst: [Muy mal], 4: Bien}\n"
    profile(home, more, PROFILE.replace("team: Grupo", "csat: Nota"))
    cells = {"1": "muy bien", "2": "Muy mal", "3": "bien", "4": "2", "5": "quizás", "6": ""}
    rows = "".join(f"{number},2026-03-02 10:00,2026-03-02 11:00,{cell}\n" for number, cell in cells.items())
    put(home, "exports/ours/a.csv", f"Número,Abierto,Resuelto,Nota\n{rows}")
    land(home)
    got = ask(home, "select survey_id, csat, csat_score from core.surveys order by 1")
    assert got == [("1", 5.0, 1.0), ("2", 1.0, 0.0), ("3", 4.0, 0.75), ("4", 2.0, 0.25)]
    assert ask(home, "select nulled_column, nulled_count from core.nulled_values") == [("csat", 1)]


def test_an_apostrophe_before_a_formula_is_no_part_of_the_word(home: Home) -> None:
    profile(home)
    rows, _ = read_export(home, "Número,Abierto,Grupo\n'+34,2026-03-02 10:00,'=Ventas\n'5,2026-03-02 10:00,l'été\n")
    assert cells(rows, "ticket_id", "team") == [("+34", "=Ventas"), ("'5", "l'été")]


NESTED = """
title: Nested
kind: tickets
columns:
  ticket_id: [ticket.id, id]
  opened_at: [ticket.created_at, created_at]
  team: [ticket.via.group.name, via.group.name]
  tags: [ticket.tags, tags]
optional: all
"""
BARE = [
    {"id": 1, "created_at": "2026-03-02T10:00:00Z", "via": {"group": {"name": "Ventas"}}, "tags": ["a", "b"]},
    {"id": 2, "created_at": "2026-03-02T10:00:00Z", "via": None, "tags": []},
]
OBJECTS = [{"ticket": each} for each in BARE]
LINES = "".join(json.dumps(each) + "\n" for each in OBJECTS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", LINES),
        ("a.ndjson", "\n" + LINES),
        ("a.json", LINES),
        ("a.json", json.dumps(OBJECTS, indent=1)),
        ("a.json", json.dumps({"count": 2, "next_page": None, "tickets": BARE})),
        ("a.jsonl.gz", gzip.compress(LINES.encode())),
        ("a.json.gz", gzip.compress(json.dumps(BARE).encode("utf-16"))),
    ],
)
def test_fields_of_fields_are_columns_however_objects_are_listed(home: Home, name: str, content: str | bytes) -> None:
    profile(home, text=NESTED)
    rows, _ = read_export(home, content, name)
    assert cells(rows, "ticket_id", "team", "tags") == [("1", "Ventas", "a, b"), ("2", None, None)]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('{"id": 1, "rows": [1]}', "it holds no one list of objects"),
        ('{"a": [{"id": 1}], "b": [{"id": 2}]}', "it holds no one list of objects"),
        ("[]", "it holds no one list of objects"),
        ('{"id": 1}\n{"id": \n', "no readable jsonl (line 2)"),
        ("{}\n{}\n", "it holds no object with fields"),
    ],
)
def test_json_that_is_no_table_is_named(home: Home, content: str, found: str) -> None:
    profile(home, text=NESTED)
    with pytest.raises(FileRefused) as refused:
        read_export(home, content, "a.json")
    assert found in refused.value.found


def test_a_profile_like_another_says_only_what_differs(home: Home) -> None:
    own = "like: canonical\ntitle: Ours\ninstants: {time_zone: Europe/Madrid}\ncolumns: {team: Squad, agent: null}\n"
    put(home, "sources/ours.yaml", own)
    rows, _ = read_export(home, csv(ticket("1", Squad="A", agent="Ana", opened_at="2026-03-02 10:00")))
    assert cells(rows, "team", "agent", "opened_at") == [("A", None, datetime(2026, 3, 2, 9))]


def test_a_profile_like_none_that_is_shipped_is_refused(home: Home) -> None:
    put(home, "sources/ours.yaml", "title: Ours\nlike: canonic\n")
    with pytest.raises(ConfigurationError, match=r"ours.yaml:2: no shipped profile 'canonic'; did you mean 'cano"):
        read_profile(home, "ours")


def test_an_opening_that_is_the_first_event_is_asked_for_and_then_found(home: Home) -> None:
    log = "id,at,state\n1,2026-03-02 10:00,new\n1,2026-03-02 09:00,assigned\n1,2026-03-02 12:00,resolved\n2,,new\n"
    text = "title: Log\nkind: events\ncolumns: {ticket_id: id, status: state}\nevents:\n  at: at\n"
    put(home, "sources/ours.yaml", text)
    put(home, "exports/ours/a.csv", log)
    (entry,) = landed(home)
    assert "name the header of opened_at" in str(entry.error)
    put(home, "sources/ours.yaml", text + "  opened_at: first_event\n")
    assert land(home) == {}
    opening = "select opened_at, full_resolution_calendar_seconds from core.tickets"
    assert ask(home, opening) == [(datetime(2026, 3, 2, 9), 3 * 3600)]
    assert ask(home, "select reasons from core.rejected_rows") == [(["no_event_at", "no_opened_at"],)]


def test_rows_that_were_landed_before_a_column_existed_are_still_shown(home: Home) -> None:
    """Their export is gone, so they stay as they were read."""
    put(home, "exports/canonical/a.csv", csv(ticket("1", team="A")))
    landed(home)
    (rows,) = (home.landing / "canonical").glob("*.rows.parquet")
    pl.read_parquet(rows).drop("csat", "rated_at").write_parquet(rows)
    (home.root / "exports/canonical/a.csv").unlink()
    put(home, "exports/canonical/b.csv", csv(ticket("2", team="B")))
    assert land(home) == {}
    assert ask(home, "select ticket_id, team from core.tickets order by 1") == [("1", "A"), ("2", "B")]


NIGHT = """
title: Night
kind: tickets
instants: {time_zone: America/New_York}
columns:
  ticket_id: id
  opened_at: opened
  resolved_at: solved
  first_response_at: answered
  source_full_resolution_calendar_seconds: [minutes, hours]
  source_first_response_calendar_seconds: reply
units: {minutes: min, hours: h, reply: min}
optional: all
"""


@pytest.mark.parametrize(
    ("header", "row", "opened", "solved"),
    [
        # clocks go back on 1 November 2026 at 06:00 UTC: 01:30 is 05:30 UTC or 06:30 UTC
        ("solved,minutes", "2026-11-01 00:30,2026-11-01 01:30,60", "04:30", "05:30"),
        ("solved,minutes", "2026-11-01 00:30,2026-11-01 01:30,120", "04:30", "06:30"),
        ("solved,minutes", "2026-11-01 01:30,2026-11-01 03:30,180", "05:30", "08:30"),
        ("solved,minutes", "2026-11-01 01:30,2026-11-01 03:30,119", "06:30", "08:30"),
        ("solved,minutes", "2026-11-01 01:20,2026-11-01 01:30,70", "05:20", "06:30"),
        ("solved,minutes", "2026-11-01 01:40,2026-11-01 01:30,50", "05:40", "06:30"),
        ("solved,minutes", "2026-11-01 01:40,2026-11-01 01:30,", "05:40", "06:30"),  # else solved before opened
        ("solved,minutes", "2026-11-01 01:40,2026-11-01 01:50,", "05:40", "05:50"),  # nothing tells: the first
        ("solved,hours", "2026-11-01 00:10,2026-11-01 01:50,2", "04:10", "05:50"),  # hours are too coarse to tell
        ("solved,minutes", "2026-11-01T01:30:00-05:00,2026-11-01T03:30:00-05:00,180", "06:30", "08:30"),  # they tell
        ("answered,reply", "2026-11-01 01:30,2026-11-01 03:30,120", "06:30", None),
        ("answered,reply", "2026-11-01 00:30,2026-11-01 01:30,120", "04:30", None),
    ],
)
def test_of_an_hour_that_occurs_twice_the_row_tells_which(
    home: Home, header: str, row: str, opened: str, solved: str | None
) -> None:
    profile(home, text=NIGHT)
    rows, _ = read_export(home, f"id,opened,{header}\n1,{row}\n")
    wait = pl.col("first_response_at") - pl.col("opened_at")
    read = rows.select(pl.col("opened_at", "resolved_at").dt.strftime("%H:%M"), wait.dt.total_seconds())
    assert read.row(0) == (opened, solved, None if solved else 7200)


def test_a_tag_may_say_that_a_ticket_is_gone(home: Home) -> None:
    profile(home, "removed_tags: [closed_by_merge, spam]\n")
    tags = ("vip closed_by_merge", "closed_by_merge_no", "Spam,vip", "spammer")
    lines = "".join(f'1,2026-03-02 10:00,"{each}"\n' for each in tags)
    rows, _ = read_export(home, f"Número,Abierto,Etiquetas\n{lines}")
    assert cells(rows, "tags", "status") == list(zip(tags, ("deleted", None, "deleted", None), strict=True))
    profile(home, "removed_tags: [spam]\n", PROFILE.replace("  tags: Etiquetas\n", ""))
    with pytest.raises(ConfigurationError, match="removed_tags needs the header of tags"):
        read_profile(home, "ours")
