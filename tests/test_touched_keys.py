"""Which tickets and surveys an incremental night looks at: what new rows are about, and what decides with it."""

from collections.abc import Mapping, Sequence

import pytest

from okr_analytics.contracts.entities import ENTITIES, SURVEYS, TICKETS
from okr_analytics.incremental.touched_keys import collect_keys, keys_table
from okr_analytics.landing.store import rows_table
from okr_analytics.warehouse.engine import Engine

Rows = Sequence[Mapping[str, object]]
COLUMNS = (
    "source varchar, ticket_id varchar, survey_id varchar, csat varchar, csat_is_best boolean, article_id varchar, "
    "metric varchar, kr_id varchar, day date"
)


def touched(new: Mapping[str, Rows], landed: Mapping[str, Rows]) -> tuple[set[str], set[str]]:
    """The tickets and the surveys, where rows of the kinds in `new` came to those of the kinds in `landed`."""
    with Engine.scratch() as engine:
        for schema in ("landing", "new", "work"):
            engine.attach(schema)
        engine.run("create table new.rejected_rows (source varchar, ticket_id varchar)")
        for kind in (kind for entity in ENTITIES for kind in entity.kinds):
            for schema, rows_by_kind in (("new", (new,)), ("landing", (new, landed))):
                engine.run(f"create table {rows_table(kind, schema)} ({COLUMNS})")
                for row in (row for part in rows_by_kind for row in part.get(kind, ())):
                    places = ", ".join("?" for _ in row)
                    names = ", ".join(row)
                    insert = f"insert into {rows_table(kind, schema)} (source, {names}) values ('desk', {places})"
                    engine.run(insert, list(row.values()))
        count = collect_keys(engine, "new")
        tickets, surveys = (
            {str(key) for (key,) in engine.rows(f"select {entity.key[-1]} from {keys_table(entity)}")}
            for entity in (TICKETS, SURVEYS)
        )
    assert count == max(len(tickets), len(surveys))
    return tickets, surveys


def ticket(ticket_id: str, **mark: object) -> dict[str, object]:
    """A row about a ticket, with a mark or without."""
    return {"ticket_id": ticket_id, **mark}


def survey(survey_id: str, ticket_id: str | None) -> dict[str, object]:
    """A row about a survey of a ticket, or of none."""
    return {"survey_id": survey_id, "ticket_id": ticket_id}


def test_with_a_ticket_come_its_surveys_and_nobody_else_s() -> None:
    landed = {"tickets": [ticket("2")], "surveys": [survey("s1", "1"), survey("s2", "2"), survey("s3", None)]}
    assert touched({"tickets": [ticket("1")]}, landed) == ({"1"}, {"s1"})


def test_with_a_survey_comes_its_ticket() -> None:
    landed = {"tickets": [ticket("1"), ticket("2")]}
    assert touched({"surveys": [survey("s1", "1"), survey("s2", None)]}, landed) == ({"1"}, {"s1", "s2"})


@pytest.mark.parametrize("kind", ["tickets", "events"])
@pytest.mark.parametrize("mark", [{"csat": "4"}, {"csat_is_best": False}], ids=["a number", "a word"])
def test_with_a_survey_come_the_ticket_s_mark_and_its_other_surveys(kind: str, mark: dict[str, object]) -> None:
    """The mark in the ticket's row is a survey under the ticket's id. s2 may keep it from being one."""
    landed = {kind: [ticket("1", **mark)], "surveys": [survey("s2", "1")]}
    assert touched({"surveys": [survey("s3", "1")]}, landed) == ({"1"}, {"1", "s2", "s3"})


def test_a_survey_under_the_id_of_a_rated_ticket_brings_the_ticket_that_it_is_about() -> None:
    """Survey 5 is about ticket 9, and has the id that the mark of ticket 5 goes by."""
    landed = {"tickets": [ticket("9")], "surveys": [survey("5", "9")]}
    assert touched({"tickets": [ticket("5", csat="4")]}, landed) == ({"5", "9"}, {"5"})


def test_what_is_related_comes_until_no_more_does() -> None:
    """From ticket 1 over its survey 2 to the rated ticket 2, over its survey 3 to the rated ticket 3."""
    landed = {
        "tickets": [ticket("2", csat="4"), ticket("3", csat="1"), ticket("4")],
        "surveys": [survey("2", "1"), survey("3", "2"), survey("s4", "4")],
    }
    assert touched({"tickets": [ticket("1")]}, landed) == ({"1", "2", "3"}, {"2", "3"})
