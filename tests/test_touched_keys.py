"""Which tickets and surveys an incremental night looks at: what new rows are about, and what decides with it."""

from collections.abc import Mapping, Sequence

from okr_analytics.contracts.entities import ENTITIES, SURVEYS, TICKETS
from okr_analytics.incremental.touched_keys import collect_keys, keys_table
from okr_analytics.landing.store import rows_table
from okr_analytics.warehouse.engine import Engine

Rows = Sequence[tuple[str | None, ...]]
COLUMNS = (
    "source varchar, ticket_id varchar, survey_id varchar, csat varchar, csat_is_best boolean, article_id varchar, "
    "metric varchar, kr_id varchar, day date"
)


def touched(new: Mapping[str, Rows], landed: Mapping[str, Rows]) -> tuple[set[str], set[str]]:
    """The tickets and surveys, where `new` rows came to `landed` ones: (ticket, mark) and (survey, ticket)."""
    engine = Engine.scratch()
    for schema in ("landing", "new", "work"):
        engine.attach(schema)
    engine.run("create table new.rejected_rows (source varchar, ticket_id varchar)")
    for kind in (kind for entity in ENTITIES for kind in entity.kinds):
        for schema, parts in (("new", (new,)), ("landing", (new, landed))):
            engine.run(f"create table {rows_table(kind, schema)} ({COLUMNS})")
            for row in (row for part in parts for row in part.get(kind, ())):
                names = "source, ticket_id, csat" if kind == "tickets" else "source, survey_id, ticket_id"
                engine.run(f"insert into {rows_table(kind, schema)} ({names}) values ('desk', ?, ?)", row)
    assert collect_keys(engine, "new") == max(
        int(engine.rows(f"select count(*) from {keys_table(entity)}")[0][0]) for entity in (TICKETS, SURVEYS)
    )
    tickets, surveys = (
        {str(key) for (key,) in engine.rows(f"select {entity.key[-1]} from {keys_table(entity)}")}
        for entity in (TICKETS, SURVEYS)
    )
    return tickets, surveys


def test_with_a_ticket_come_its_surveys_and_nobody_else_s() -> None:
    landed = {"tickets": [("2", None)], "surveys": [("s1", "1"), ("s2", "2"), ("s3", None)]}
    assert touched({"tickets": [("1", None)]}, landed) == ({"1"}, {"s1"})


def test_with_a_survey_comes_its_ticket() -> None:
    landed = {"tickets": [("1", None), ("2", None)]}
    assert touched({"surveys": [("s1", "1"), ("s2", None)]}, landed) == ({"1"}, {"s1", "s2"})


def test_with_a_survey_come_the_ticket_s_mark_and_its_other_surveys() -> None:
    """The mark in the ticket's row is a survey under the ticket's id. s2 may keep it from being one."""
    landed = {"tickets": [("1", "Good")], "surveys": [("s2", "1")]}
    assert touched({"surveys": [("s3", "1")]}, landed) == ({"1"}, {"1", "s2", "s3"})


def test_a_survey_under_the_id_of_a_rated_ticket_brings_the_ticket_that_it_is_about() -> None:
    """Survey 5 is about ticket 9, and has the id that the mark of ticket 5 goes by."""
    landed = {"tickets": [("9", None)], "surveys": [("5", "9")]}
    assert touched({"tickets": [("5", "Good")]}, landed) == ({"5", "9"}, {"5"})


def test_what_is_related_comes_until_no_more_does() -> None:
    """From ticket 1 over its survey 2 to the rated ticket 2, over its survey 3 to the rated ticket 3."""
    landed = {"tickets": [("2", "Good"), ("3", "Bad"), ("4", None)], "surveys": [("2", "1"), ("3", "2"), ("s4", "4")]}
    assert touched({"tickets": [("1", None)]}, landed) == ({"1", "2", "3"}, {"2", "3"})
