"""The entities that export rows are about: the columns that identify one, and the tables that have a row of it.

All rows of an entity decide together which of them is current; no row of another entity does.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entity:
    """A kind of entity: its key, the kinds of export that are about it, and its tables. Of each one that was landed one
    of the tables `outcomes` has a row."""

    name: str
    key: tuple[str, ...]
    kinds: tuple[str, ...]
    tables: tuple[str, ...]
    outcomes: tuple[str, ...]


TICKETS = Entity(
    "tickets",
    ("source", "ticket_id"),
    ("tickets", "events"),
    ("core.tickets", "core.removed_tickets", "core.status_changes", "core.rejected_rows", "core.reconciliation"),
    ("core.tickets", "core.removed_tickets", "core.rejected_rows"),
)
SURVEYS = Entity("surveys", ("source", "survey_id"), ("surveys",), ("core.surveys",), ("core.surveys",))
OBSERVATIONS = Entity(
    "observations", ("source", "metric", "day"), ("observations",), ("core.observations",), ("core.observations",)
)
ENTITIES = (
    TICKETS,
    SURVEYS,
    Entity("articles", ("source", "article_id", "day"), ("articles",), ("core.articles",), ("core.articles",)),
    OBSERVATIONS,
    Entity("checkins", ("source", "kr_id", "day"), ("checkins",), ("core.checkins",), ("core.checkins",)),
)
ENTITY_OF = {table: entity for entity in ENTITIES for table in entity.tables}
