"""How detection finds out how instants are written: formats, the order of day and month with its proof, the zone."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from test_detection import NOW, proposed, written

from okr_analytics.desk import Desk
from okr_analytics.detection.dates import DAY_FIRST, MONTH_FIRST, dates_of, shapes_of
from okr_analytics.detection.detect import detect
from okr_analytics.detection.proposal import Asked, Proposal
from okr_analytics.home import Home
from okr_analytics.landing.instants import read_instants

AT_NOON = "2026-03-04 12:00:00"


@pytest.mark.parametrize(
    ("cell", "order", "read"),
    [
        ("04/03/2026 12:00", DAY_FIRST, AT_NOON),
        ("3/4/2026 12:00 PM", MONTH_FIRST, AT_NOON),
        ("04.03.26 12:00:00", DAY_FIRST, AT_NOON),
        ("2026/3/4 12:00:00.000", DAY_FIRST, AT_NOON),
        ("4 Mar 2026 12:00", DAY_FIRST, AT_NOON),
        ("Mar 4, 2026, 12:00 PM", DAY_FIRST, AT_NOON),
        ("4 de marzo de 2026 12:00", DAY_FIRST, AT_NOON),
        ("04-mar-26 12:00 p. m.", DAY_FIRST, AT_NOON),
        ("4 março 2026 12:00", DAY_FIRST, AT_NOON),
        ("4 martie 2026, 12:00", DAY_FIRST, AT_NOON),
        ("2026-03-04T14:00:00+02:00", DAY_FIRST, AT_NOON),
        ("2026-03-04 14:00:00 +0200", DAY_FIRST, AT_NOON),
        ("2026-03-04 12:00:00 UTC", DAY_FIRST, AT_NOON),
        ("20260304", DAY_FIRST, "2026-03-04 00:00:00"),
        ("20260304 120000", DAY_FIRST, AT_NOON),
        ("04/03/2026", DAY_FIRST, "2026-03-04 00:00:00"),
        ("2026-03-04", DAY_FIRST, "2026-03-04 00:00:00"),
        ("4/3/2026 12h00", DAY_FIRST, AT_NOON),
        ("Wed, 04 Mar 2026 12:00:00 +0000", DAY_FIRST, AT_NOON),
    ],
)
def test_a_cell_tells_the_format_that_reads_it(cell: str, order: str, read: str) -> None:
    """What the reader makes of the cell under the format that was found is the instant that a person reads."""
    cells = pl.Series([cell])
    dates = dates_of(cells, shapes_of(cells))
    assert dates is not None
    assert [str(each) for each in read_instants(cells, dates.formats(order), "UTC")] == [read]


@pytest.mark.parametrize("cell", ["12345678", "99999999", "hello", "1.5", "10:30", "2026", "555-12-34", "v1.2.3"])
def test_what_is_no_instant_is_not_taken_for_one(cell: str) -> None:
    cells = pl.Series([cell] * 3)
    assert dates_of(cells, shapes_of(cells)) is None


def dated(folder: Path, *days: str, header: str = "Created", **asked: Any) -> Proposal:
    """What is proposed for tickets opened on these days."""
    rows = [f"T{number},open,{day}" for number, day in enumerate(days, start=1)]
    return proposed(written(folder, "\n".join([f"Case ID,Status,{header}", *rows, ""])), **asked)


def test_a_number_over_twelve_proves_the_order_and_is_named(tmp_path: Path) -> None:
    found = dated(tmp_path, "03/04/2026 10:00", "23/04/2026 10:00", "24/04/2026 10:00")
    assert found.profile.instants.formats == ("%d/%m/%Y %H:%M",)
    assert found.evidence == (
        "day first: 2 cells have a first number over 12 (row 2, Created: 23/04/2026 10:00)",
    )  # fmt: skip
    assert not found.is_open


def test_an_order_that_nothing_proves_is_asked_for(tmp_path: Path) -> None:
    found = dated(tmp_path, "03/04/2026 10:00", "05/04/2026 10:00")
    assert found.is_open
    doubt = found.doubts[0]
    assert doubt.found.startswith("day or month first? None of 2 cells proves it (Created: ")
    assert doubt.mend == "say which it is: --dates day-first or --dates month-first"


@pytest.mark.parametrize(("asked", "form"), [(DAY_FIRST, "%d/%m/%Y %H:%M"), (MONTH_FIRST, "%m/%d/%Y %H:%M")])
def test_an_order_that_was_said_counts(tmp_path: Path, asked: str, form: str) -> None:
    found = dated(tmp_path, "03/04/2026 10:00", "05/04/2026 10:00", dates=asked)
    assert found.profile.instants.formats == (form,)
    assert not found.is_open


def test_an_order_that_was_said_against_the_proof_is_not_taken(tmp_path: Path) -> None:
    found = dated(tmp_path, "23/04/2026 10:00", dates=MONTH_FIRST)
    assert found.is_open
    assert "--dates month-first was said, but day first: 1 cell has a first number over 12" in str(found.doubts[0])


def test_dates_in_both_orders_are_asked_for_and_then_both_read(tmp_path: Path) -> None:
    days = ("23/04/2026 10:00", "04/24/2026 10:00", "05/04/2026 10:00")
    assert dated(tmp_path, *days).is_open
    found = dated(tmp_path, *days, dates=DAY_FIRST)
    assert found.profile.instants.formats == ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M")
    assert (found.is_open, found.trial.rejected_rows) == (False, 0)


def test_a_single_slip_among_many_proofs_undoes_them_not(tmp_path: Path) -> None:
    """One cell of 25 that can only be month first: it is said, and its row is rejected."""
    found = dated(tmp_path, *["23/04/2026 10:00"] * 24, "04/24/2026 10:00")
    assert (found.is_open, found.profile.instants.formats) == (False, ("%d/%m/%Y %H:%M",))
    assert "1 cell says another order" in str(found.doubts[0])
    assert found.trial.rejected == {"unreadable_opened_at": 1}


def test_one_column_proves_the_order_for_all(tmp_path: Path) -> None:
    text = "Case ID,Status,Created,Resolved\n1,done,03/04/2026 10:00,23/04/2026 10:00\n"
    assert proposed(written(tmp_path, text)).profile.instants.formats == ("%d/%m/%Y %H:%M",)


def test_hints_are_told_and_prove_nothing(tmp_path: Path) -> None:
    """Today is 22 November 2026: 12/11 of it as day and month lies behind, as month and day ahead. And the ticket that
    was opened on 1 February and resolved on 2 January (day first) would end before it began."""
    found = dated(tmp_path, "11/12/2026 10:00", "12/11/2026 10:00", "12/11/2026 11:00")
    assert found.is_open
    assert "read month first, 2 cells lie in the future, read day first, 1" in str(found.doubts[0])
    text = "Case ID,Status,Created,Resolved\n1,done,01/02/2026 10:00,02/01/2026 10:00\n"
    found = proposed(written(tmp_path, text))
    assert "read day first, 1 tickets end before they are opened, read month first, 0" in str(found.doubts[0])


@pytest.mark.parametrize(
    ("header", "cell", "asked", "zone", "is_assumed"),
    [
        ("Created", "2026-03-04 10:00:00", None, "desk", True),
        ("Created", "2026-03-04 10:00:00", "Europe/Bucharest", "Europe/Bucharest", False),
        ("Created", "2026-03-04T10:00:00Z", None, "UTC", False),
        ("Created", "2026-03-04T10:00:00+02:00", None, "UTC", False),
        ("Created (America/New_York)", "2026-03-04 10:00:00", None, "America/New_York", False),
        ("Created (UTC)", "2026-03-04 10:00:00", None, "UTC", False),
        ("Created at (GMT+2)", "2026-03-04 10:00:00", None, "Etc/GMT-2", False),
    ],
)
def test_a_zone_is_found_or_assumed_and_said(
    tmp_path: Path, header: str, cell: str, asked: str | None, zone: str, *, is_assumed: bool
) -> None:
    found = dated(tmp_path, cell, header=header, time_zone=asked)
    assert found.profile.instants.time_zone == zone
    assert any("taken for local time of the desk" in said for said in found.assumptions) == is_assumed


SPANS = """\
Case ID,Status,Created,Solved,Full resolution time in minutes
1,solved,2026-03-28 20:00,2026-03-29 20:00,{0}
2,solved,2026-03-28 21:00,2026-03-29 21:00,{0}
3,solved,2026-03-28 22:00,2026-03-29 22:00,{0}
4,solved,2026-03-28 22:10,2026-03-29 22:10,{0}
5,solved,2026-03-28 22:20,2026-03-29 22:20,{0}
6,solved,2026-03-30 10:00,2026-03-30 11:00,60
"""


@pytest.mark.parametrize(
    ("minutes", "evidence", "doubts"),
    [
        (1380, ["time zone Europe/Madrid: on 5 of 5 tickets that span a change of clocks"], []),
        (1440, [], ["contradict time zone Europe/Madrid on 5 of 5 tickets that span a change of its clocks"]),
    ],
)
def test_the_helpdesk_s_own_minutes_tell_whether_its_clocks_change(
    tmp_path: Path, minutes: int, evidence: list[str], doubts: list[str]
) -> None:
    """In Madrid a day of 23 hours (1,380 minutes) ends on 29 March 2026, and in UTC one of 1,440."""
    path = written(tmp_path, SPANS.format(minutes))
    found = detect(Home(tmp_path / "no-home"), Desk(time_zone="Europe/Madrid"), path, Asked(is_new=True), NOW)
    assert [said.split(" the helpdesk")[0] for said in found.evidence] == evidence
    assert [part for part in doubts if not any(part in str(doubt) for doubt in found.doubts)] == []
    assert len(found.doubts) == len(doubts)


def test_days_that_stand_for_nothing_are_missing_words(tmp_path: Path) -> None:
    opened = "2026-03-04 10:00:00"
    text = f"Case ID,Status,Created,Closed\n1,open,{opened},1900-01-01 00:00:00\n2,open,{opened},NULL\n"
    found = proposed(written(tmp_path, text))
    assert set(found.profile.missing) == {"1900-01-01 00:00:00", "NULL"}
    assert found.trial.rejected_rows == 0
    assert any("'1900-01-01 00:00:00' (1), 'NULL' (1)" in said for said in found.assumptions)


def test_cells_that_are_no_instants_are_told(tmp_path: Path) -> None:
    found = dated(tmp_path, *["2026-03-04 10:00:00"] * 8, "see notes", "see notes")
    assert any("Created: 2 cells are no instant, like 'see notes' (2)" in str(doubt) for doubt in found.doubts)
