"""Opinions that stand in ticket exports: what they are worth, on which day they count, and what wins over them."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from conftest import SPLIT, ask, csv, land, put
from incremental_vs_full import Twins

from okr_analytics.home import Home

PROFILE = """\
title: A helpdesk that asks for a mark
kind: tickets
missing: [Offered, Not offered]
columns:
  ticket_id: id
  status: status
  opened_at: created
  first_resolved_at: first solved
  resolved_at: solved
  reopen_count: reopens
  team: team
  csat: mark
  rated_at: marked
  comment: comment
  updated_at: updated
optional: all
words: {csat: {best: [Good], worst: [Bad]}}
"""
SURVEYS = """\
title: Its surveys
kind: surveys
source: helpdesk
columns: {survey_id: id, ticket_id: ticket, answered_at: answered, csat: mark}
"""
DESK = "time_zone: UTC\nsurveys: {csat: 1-5}\n"
OPEN = {"created": "2026-03-02 10:00:00", "status": "open"}
SOLVED = {**OPEN, "status": "solved", "solved": "2026-03-02 12:00:00"}
UNBALANCED = "rows_read <> rows_current + rows_superseded + rows_rejected + rows_folded + rows_removed"


def marked(home: Home, columns: str, *rows: dict[str, object]) -> dict[str, tuple[Any, ...]]:
    """These columns of core.surveys, by id, of an export of these rows; the ledger is balanced."""
    put(home, "desk.yaml", DESK)
    put(home, "sources/helpdesk.yaml", PROFILE)
    put(home, "exports/helpdesk/tickets.csv", csv(*rows))
    assert land(home) == {}
    assert ask(home, f"select file from ops.loads where {UNBALANCED}") == []
    found = ask(home, f"select survey_id, {columns} from core.surveys")
    return {survey_id: tuple(rest) for survey_id, *rest in found}


def nulled(home: Home) -> list[tuple[Any, ...]]:
    """What could not stand."""
    return ask(home, "select nulled_column, reason, nulled_count from core.nulled_values order by all")


def test_good_and_bad_are_the_ends_of_the_desk_s_scale(home: Home) -> None:
    """What was offered or not offered is no answer; another word is none either, and counted."""
    found = marked(
        home,
        "ticket_id, csat, csat_score, is_positive, has_comment",
        {"id": "a", **SOLVED, "mark": "Good", "comment": "thanks"},
        {"id": "b", **SOLVED, "mark": "bad"},
        {"id": "c", **SOLVED, "mark": "Offered"},
        {"id": "d", **SOLVED, "mark": "so so"},
        {"id": "e", **SOLVED},
    )
    assert found == {"a": ("a", 5, 1, True, True), "b": ("b", 1, 0, False, False)}
    assert nulled(home) == [("csat", "neither yes, no nor a number", 1)]


def test_numbers_are_marks_on_the_desk_s_scale(home: Home) -> None:
    """(4 - 1) / 4 is 0.75. Six is on no scale from 1 to 5: the customer answered, but not on it."""
    found = marked(home, "csat, csat_score", *({"id": str(mark), **SOLVED, "mark": mark} for mark in (1, 4, 5, 6)))
    assert found == {"1": (1, 0), "4": (4, 0.75), "5": (5, 1), "6": (None, None)}
    assert nulled(home) == [("csat", "outside its scale", 1)]


def test_an_opinion_counts_on_its_own_day_else_on_that_of_the_solve(home: Home) -> None:
    """Marked on the 9th; solved on the 2nd; solved on the 2nd and open again; never solved: nobody knows when."""
    found = marked(
        home,
        "answered_at, answered_date",
        {"id": "marked", **SOLVED, "mark": "Good", "marked": "2026-03-09 08:00:00"},
        {"id": "solved", **SOLVED, "mark": "Good"},
        {"id": "open again", **OPEN, "first solved": "2026-03-02 11:00:00", "reopens": 1, "mark": "Bad"},
        {"id": "open", **OPEN, "mark": "Bad"},
        {"id": "open and marked", **OPEN, "mark": "Bad", "marked": "2026-03-09 08:00:00"},
    )
    assert found == {
        "marked": (datetime(2026, 3, 9, 8), date(2026, 3, 9)),
        "solved": (datetime(2026, 3, 2, 12), date(2026, 3, 2)),
        "open again": (datetime(2026, 3, 2, 11), date(2026, 3, 2)),
        "open and marked": (datetime(2026, 3, 9, 8), date(2026, 3, 9)),
    }
    assert nulled(home) == [("csat", "no day known", 1)]


def test_the_newest_row_of_a_ticket_says_what_the_customer_thinks(home: Home) -> None:
    """Better on second thoughts; taken back; both rows of each ticket are in one file. The team is the newest, too."""
    found = marked(
        home,
        "csat, team",
        {"id": "better", **SOLVED, "mark": "Bad", "team": "one", "updated": "2026-03-03 10:00:00"},
        {"id": "better", **SOLVED, "mark": "Good", "team": "two", "updated": "2026-03-04 10:00:00"},
        {"id": "back", **SOLVED, "mark": "Bad", "updated": "2026-03-03 10:00:00"},
        {"id": "back", **SOLVED, "updated": "2026-03-04 10:00:00"},
    )
    assert found == {"better": (5, "two")}
    assert ask(home, f"select {SPLIT} from ops.loads") == [(4, 2, 2, 0, 0, 0)]


def test_the_opinion_on_a_deleted_ticket_vanishes_with_it(home: Home) -> None:
    assert marked(home, "csat", {"id": "a", **SOLVED, "mark": "Good", "status": "deleted"}) == {}
    assert ask(home, f"select {SPLIT} from ops.loads") == [(1, 0, 0, 0, 0, 1)]


def test_a_survey_of_its_own_under_the_same_id_knows_more(home: Home) -> None:
    """So does another survey about the same ticket that has the mark; one that nobody answered does not."""
    put(home, "sources/asked.yaml", SURVEYS)
    answered = {"ticket": "a", "answered": "2026-03-05 10:00:00", "mark": 3}
    silent = {"id": "s2", **answered, "ticket": "c", "mark": None}
    put(home, "exports/asked/s.csv", csv({"id": "a", **answered}, {"id": "s1", **answered, "ticket": "b"}, silent))
    tickets = ({"id": name, **SOLVED, "mark": "Good"} for name in ("a", "b", "c"))
    assert marked(home, "csat, answered_date", *tickets) == {
        "a": (3, date(2026, 3, 5)),
        "c": (5, date(2026, 3, 2)),
        "s1": (3, date(2026, 3, 5)),
        "s2": (None, date(2026, 3, 5)),
    }
    assert ask(home, f"select source, kind, {SPLIT} from ops.loads order by kind") == [
        ("helpdesk", "surveys", 3, 3, 0, 0, 0, 0),
        ("helpdesk", "tickets", 3, 3, 0, 0, 0, 0),
    ]


def test_a_source_that_only_marks_tickets_covers_opinions_up_to_its_newest_export(home: Home) -> None:
    """From the first answer on; the ticket of the 9th is the newest instant of the file."""
    rows = ({"id": "a", **SOLVED, "mark": "Good"}, {"id": "b", **OPEN, "created": "2026-03-09 10:00:00"})
    marked(home, "csat", *rows)
    assert ask(home, "select * from core.coverage order by input") == [
        ("helpdesk", "surveys", date(2026, 3, 2), date(2026, 3, 9)),
        ("helpdesk", "tickets", date(2026, 3, 2), date(2026, 3, 9)),
    ]


NIGHTS = [date(2026, 3, day) for day in (20, 21, 22)]


def test_a_night_says_the_same_of_opinions_as_one_that_makes_everything(tmp_path: Path) -> None:
    """A mark comes, one changes, one loses its solve; then a survey takes the place of one, and a ticket is deleted."""
    twins = Twins.below(tmp_path)
    twins.put("desk.yaml", DESK)
    twins.put("sources/helpdesk.yaml", PROFILE)
    twins.put("sources/asked.yaml", SURVEYS)
    first = [{"id": name, **SOLVED, "updated": "2026-03-03 10:00:00"} for name in "abcd"]
    twins.put("exports/helpdesk/1.csv", csv(*({**row, "mark": mark} for row, mark in zip(first, "451 ", strict=True))))
    assert twins.night(NIGHTS[0], is_incremental=False) == {}
    later = {"updated": "2026-03-20 10:00:00"}
    twins.put(
        "exports/helpdesk/2.csv",
        csv(
            {"id": "d", **SOLVED, **later, "mark": 2},
            {"id": "a", **SOLVED, **later, "mark": 1},
            {"id": "c", **OPEN, **later, "mark": 1},
        ),
    )
    assert twins.night(NIGHTS[1]) == {}
    assert marks(twins) == [("a", 1), ("b", 5), ("d", 2)]
    twins.put("exports/asked/1.csv", csv({"id": "b", "ticket": "b", "answered": "2026-03-21 10:00:00", "mark": 3}))
    gone = {"status": "deleted", "updated": "2026-03-22 10:00:00", "mark": 1}
    twins.put("exports/helpdesk/3.csv", csv({"id": "a", **SOLVED, **gone}))
    assert twins.night(NIGHTS[2]) == {}
    assert marks(twins) == [("b", 3), ("d", 2)]


def marks(twins: Twins) -> list[tuple[Any, ...]]:
    """The opinions that the incremental home knows."""
    return ask(twins.incremental, "select survey_id, csat from core.surveys order by 1")
