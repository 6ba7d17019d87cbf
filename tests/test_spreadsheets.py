"""A team that keeps its tickets in a spreadsheet: a title above the header, typed dates and times, a sheet of notes;
and the same list saved as CSV, under two lines of title. A profile of its own, eight lines long, reads both."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from conftest import ask, land, new_home, put

from okr_analytics.home import Home

SHEETS = Path(__file__).parent / "spreadsheets"
PROFILE = """
title: The team's own list
kind: tickets
instants: {time_zone: desk, formats: ["%d/%m/%Y %H:%M:%S"]}
columns: {ticket_id: N.º, opened_at: Apertura, channel: Canal, topic: Categoría, priority: Prioridad, agent: Técnico,
          first_response_at: Primera respuesta, resolved_at: Solución, csat: Satisfacción, handle_seconds: Dedicación,
          first_response_sla_met_by_source: SLA respuesta, sla_met_by_source: SLA solución, comment: Comentarios}
"""
COLUMNS = """ticket_id, channel, topic, priority, agent, status, opened_at, first_response_at, resolved_at,
    first_response_sla_met_by_source, sla_met_by_source, handle_seconds"""
# Madrid is one hour ahead of UTC until 29 March 2026; 26:05:30 are 93,930 seconds.
TICKETS = [
    ("1001", "email", "Facturación", "high", "Marta Ruiz", "solved", datetime(2026, 3, 2, 8, 5),
     datetime(2026, 3, 2, 8, 47), datetime(2026, 3, 3, 11, 30), True, False, 2520),
    ("1002", "phone", "Acceso", "urgent", "Inés Soto", "solved", datetime(2026, 3, 1, 23, 10),
     datetime(2026, 3, 1, 23, 20, 30), datetime(2026, 3, 2, 0, 0), True, True, 93_930),
    ("1003", "messaging", "Acceso", "normal", "unknown", "open", datetime(2026, 3, 28, 16, 30),
     None, None, None, None, None),
]  # fmt: skip


@pytest.mark.parametrize("name", ["incidencias.xlsx", "incidencias.csv"])
def test_a_spreadsheet_with_titles_says_the_same_as_a_workbook_and_as_csv(tmp_path: Path, name: str) -> None:
    home = desk_with(tmp_path, name)
    assert land(home) == {}
    assert ask(home, "select rows_read, rows_current, rows_rejected, error from ops.loads") == [(4, 3, 1, None)]
    assert ask(home, f"select {COLUMNS} from core.tickets order by ticket_id") == TICKETS
    opinions = "select ticket_id, csat, has_comment, answered_at from core.surveys"
    assert ask(home, opinions) == [("1001", 4.0, True, datetime(2026, 3, 3, 11, 30))]
    rejected = "select row_number, ticket_id, reasons from core.rejected_rows"
    assert ask(home, rejected) == [(4, "1004", ["resolved_before_opened"])]
    assert ask(home, "select * from core.nulled_values") == []


def desk_with(folder: Path, name: str) -> Home:
    """A desk in Madrid with that list in its exports."""
    home = new_home(folder, "Europe/Madrid")
    put(home, "sources/list.yaml", PROFILE)
    (home.exports / "list").mkdir(parents=True)
    shutil.copy(SHEETS / name, home.exports / "list")
    return home
