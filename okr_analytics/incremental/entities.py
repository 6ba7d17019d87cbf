"""The entities that export rows are about, by their keys: tickets, surveys, articles, observations and check-ins.

All rows of an entity decide together which of them is current; no row of another entity does. So an incremental run
looks at the entities in new files, with all that was ever landed of these, and at nothing else.
"""

from collections.abc import Collection
from dataclasses import dataclass

from okr_analytics.landing.store import rows_table
from okr_analytics.warehouse.engine import Engine

MOST_TOUCHED = 250_000


@dataclass(frozen=True)
class Entity:
    """The columns that identify one, the kinds of export that are about it, and the tables that have a row of it."""

    name: str
    key: tuple[str, ...]
    kinds: tuple[str, ...]
    tables: tuple[str, ...]
    outcomes: tuple[str, ...]
    """One of these tables has a row of each entity that was landed."""

    @property
    def keys(self) -> str:
        """The table with one row for each entity that new files are about."""
        return f"work.touched_{self.name}"


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
IS_RATED = "(csat is not null or csat_is_best is not null)"


def new_files(engine: Engine, published: str) -> Collection[str] | None:
    """The loaded files that the published ledger does not know; null where it has rows of files that are no longer
    landed as it read them."""
    gone = engine.rows(
        f"select 1 from {published} as old where status = 'loaded' and not exists (select 1 from landing.files as "
        f"files where files.file_id = old.file_id and files.status = 'loaded' and files.profile = old.read_as) limit 1"
    )
    if gone:
        return None
    rows = engine.rows(
        f"select file_id from landing.files where status = 'loaded' "
        f"and file_id not in (select file_id from {published} where status = 'loaded')"
    )
    return {file_id for (file_id,) in rows}


def collect_keys(engine: Engine, new: str) -> None:
    """Make the tables of keys, of the new rows that the schema `new` shows.

    A survey that does not name its team or topic has those of its ticket: with a ticket come its surveys, and with a
    survey its ticket. An opinion in a ticket's row is a survey under the ticket's id.
    """
    for entity in ENTITIES:
        key = ", ".join(entity.key)
        tables = [rows_table(kind, new) for kind in entity.kinds]
        tables += [f"{new}.rejected_rows"] if entity is TICKETS else []
        rows = " union ".join(f"select {key} from {table} where {entity.key[-1]} is not null" for table in tables)
        engine.run(f"create table {entity.keys} as {rows}")
    surveys = rows_table("surveys")
    of_tickets = f"select source, survey_id from {surveys} semi join {TICKETS.keys} using (source, ticket_id)"
    _add_keys(engine, SURVEYS, of_tickets)
    of_surveys = f"select source, ticket_id from {surveys} semi join {SURVEYS.keys} using (source, survey_id)"
    _add_keys(engine, TICKETS, f"{of_surveys} where ticket_id is not null")
    for kind in TICKETS.kinds:
        rated = f"select source, ticket_id, ticket_id as survey_id from {rows_table(kind)} where {IS_RATED}"
        _add_keys(engine, TICKETS, f"from ({rated}) semi join {SURVEYS.keys} using (source, survey_id)")
        _add_keys(engine, SURVEYS, f"from ({rated}) semi join {TICKETS.keys} using (source, ticket_id)")


def _add_keys(engine: Engine, entity: Entity, rows: str) -> None:
    key = ", ".join(entity.key)
    engine.run(f"insert into {entity.keys} select distinct {key} from ({rows}) anti join {entity.keys} using ({key})")


def touched_count(engine: Engine) -> int:
    """How many entities of one kind new files are about, at most."""
    return max(int(engine.rows(f"select count(*) from {entity.keys}")[0][0]) for entity in ENTITIES)
