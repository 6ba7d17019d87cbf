"""What headers are called and what words in cells mean, in English, Spanish, Portuguese and Romanian."""

import pytest

from okr_analytics.desk import Desk
from okr_analytics.detection.likeness import fold
from okr_analytics.detection.names import calls, name_of, sounds_like
from okr_analytics.metrics.feeding import feeding
from okr_analytics.metrics.shipped import shipped
from okr_analytics.sources.profile import SourceProfile

CLEARLY = 0.75
HEADERS = {
    "ticket_id": "Case Number, SR_NUMBER, case_enquiry_id, Ticket#, Nº de incidencia, Número do chamado, Nr. tichet",
    "opened_at": "Date/Time Opened, open_dt, date_requested, SR CREATE DATE, Fecha de creación, dt_abertura, "
    "Data înregistrării",
    "resolved_at": "Resolved Time, Data da solução, Fecha de resolución, Data rezolvării, Completed on",
    "closed_at": "closed_dt, Date Closed, Fecha de cierre, Data de fechamento, Data închiderii",
    "first_response_at": "First reply at, Primera respuesta, Data da primeira resposta, Data primului răspuns",
    "status": "case_status, Estado, Situação do chamado, Stare, Current status",
    "channel": "Open Data Channel Type, Case Origin, Canal de entrada, Forma de contato, Mod primire",
    "team": "Assignment group, OWNER_DEPARTMENT, Grupo resolutor, Equipe responsável, Echipa",
    "agent": "Assigned to, Técnico asignado, Atendente, Operator",
    "topic": "Complaint Type, SR_TYPE, Categoría, Tipo de chamado, Tip sesizare",
}


@pytest.mark.parametrize(("ours", "headers"), HEADERS.items())
def test_headers_are_known_by_their_names_in_four_languages(ours: str, headers: str) -> None:
    """Each is likeliest what it is called, among the columns that hold the same kind of cells."""
    alike = [name for name in calls() if name.endswith("_at") == ours.endswith("_at") and not name.startswith("event")]
    rivals = [name for name in alike if not name.startswith("source_") and name != "reopen_count"]
    heard = {header: max(rivals, key=lambda name: sounds_like(name_of(header), name)) for header in headers.split(", ")}
    assert heard == dict.fromkeys(headers.split(", "), ours)
    assert all(sounds_like(name_of(header), ours) >= CLEARLY for header in heard)


@pytest.mark.parametrize(
    "header",
    ["Due Date", "target_dt", "Fecha de vencimiento", "Tempo previsto", "Termen de rezolvare", "Date of Purchase",
     "Data de nascimento", "Fecha compra", "Resolution Action Updated Date", "Expected SLA to resolve"],
)  # fmt: skip
def test_promises_and_other_days_are_neither_openings_nor_ends(header: str) -> None:
    assert max(sounds_like(name_of(header), ours) for ours in ("opened_at", "resolved_at", "closed_at")) < CLEARLY / 2


@pytest.mark.parametrize(
    ("header", "unit", "is_business"),
    [
        ("First reply time in minutes", "min", None),
        ("First reply time in minutes within business hours", "min", True),
        ("Resolution time within business hours", None, True),
        ("Resolution Time in Business Hours", "h", True),
        ("First response time (in hrs)", "h", None),
        ("Tiempo de resolución (horas)", "h", None),
        ("Tempo de resolução em segundos", "s", None),
        ("Timp de rezolvare (ore lucrătoare)", "h", True),
        ("time_to_close_days", "d", None),
        ("Resolution time", None, None),
    ],
)
def test_a_header_tells_unit_and_clock(header: str, unit: str | None, *, is_business: bool | None) -> None:
    name = name_of(header)
    assert (name.unit, name.is_business) == (unit, is_business)


STATUSES = {
    "solved": ["Resolve ticket", "Completed-Closed", "Solucionado pelo suporte", "Terminado"],
    "closed": ["Closed - Transferred", "Cerrada automáticamente", "Inchis automat"],
    "pending": ["Waiting for customer", "Wait - User", "Aguardando resposta do cliente", "Esperando respuesta"],
    "on_hold": ["Awaiting Vendor", "Waiting on third party", "Suspendido"],
    "open": ["Take in charge ticket", "Accepted", "Reopened", "Reasignado", "Em análise"],
    "deleted": ["Closed as duplicate", "Marked as spam"],
}


@pytest.mark.parametrize(("ours", "words"), STATUSES.items())
def test_a_status_is_read_by_likeness_where_no_part_of_it_is_foreign(ours: str, words: list[str]) -> None:
    assert fold("status", dict.fromkeys(words, 1)).alike == dict.fromkeys(words, ours)


@pytest.mark.parametrize(
    "word",
    ["Not resolved", "Unresolved", "No resuelto", "To be closed", "Resolve SW anomaly", "Canceled", "Escapado", "4",
     "-100", "Closed by Ann Smith", "Não resolvido"],
)  # fmt: skip
def test_a_status_that_nobody_can_tell_is_not_guessed(word: str) -> None:
    assert fold("status", {word: 3}).foreign == {word: 3}


def test_priorities_are_read_from_their_marks_but_a_bare_number_tells_nothing() -> None:
    words = ["1 - Critical", "P2", "Sev3", "Muy alta", "4"]
    folded = fold("priority", dict.fromkeys(words, 1))
    assert folded.alike == {"1 - Critical": "urgent", "P2": "high", "Sev3": "normal", "Muy alta": "urgent"}
    assert folded.foreign == {"4": 1}


def test_a_letter_is_no_e_mail() -> None:
    folded = fold("channel", {"Mail In": 1, "E-mail - Support": 1, "Phone call (incoming)": 1})
    assert folded.alike == {"E-mail - Support": "email", "Phone call (incoming)": "phone"}
    assert folded.foreign == {"Mail In": 1}


def test_what_a_source_can_feed_follows_from_its_columns_and_rules() -> None:
    """A figure of the helpdesk's own gives the instant; a log gives what is counted from its events; and each measure
    that is not fed says what it would need."""
    columns = {"ticket_id": ("Id",), "opened_at": ("Created",), "source_first_response_calendar_seconds": ("Reply",)}
    fed = feeding(SourceProfile(title="x", kind="tickets", columns=columns), shipped(Desk()))
    assert fed["first_response"] is None
    assert fed["handle_time"] == "needs handle_seconds"
    assert fed["reopens"] == "needs reopen_count or reopened_at or the history of events"
    assert "surveys" not in fed
    log = SourceProfile.model_validate(
        {
            "title": "x",
            "kind": "events",
            "columns": {"ticket_id": "Id"},
            "events": {"at": "At", "opened_at": "first_event"},
        }
    )
    assert feeding(log, shipped(Desk()))["reopens"] is None
    rated = SourceProfile(title="x", kind="tickets", columns={**columns, "csat": ("Rating",)})
    assert feeding(rated, shipped(Desk()))["surveys"] is None
