"""What new export files speak of: tickets, surveys, articles, observations and check-ins, by their keys.

All rows of a thing decide together which of them is current; no row of another thing does. So a run over new files
looks at the things in them, with all that was ever landed of these, and at nothing else.
"""

from collections.abc import Collection
from dataclasses import dataclass

from okr_analytics.landing.store import rows_table
from okr_analytics.warehouse.engine import Engine


@dataclass(frozen=True)
class Thing:
    """A kind of thing: the columns that identify one, the kinds of export that speak of it, and its tables."""

    name: str
    key: tuple[str, ...]
    kinds: tuple[str, ...]
    tables: tuple[str, ...]

    @property
    def keys(self) -> str:
        """The table with one row for each that new files speak of."""
        return f"work.touched_{self.name}"

    def is_same(self, one: str, other: str) -> str:
        """SQL for: two rows are about the same one."""
        return " and ".join(f"{one}.{name} = {other}.{name}" for name in self.key)


TICKETS = Thing(
    "tickets",
    ("source", "ticket_id"),
    ("tickets", "events"),
    ("core.tickets", "core.removed_tickets", "core.status_changes", "core.rejected_rows", "core.reconciliation"),
)
SURVEYS = Thing("surveys", ("source", "survey_id"), ("surveys",), ("core.surveys",))
OBSERVATIONS = Thing("observations", ("source", "metric", "day"), ("observations",), ("core.observations",))
THINGS = (
    TICKETS,
    SURVEYS,
    Thing("articles", ("source", "article_id", "day"), ("articles",), ("core.articles",)),
    OBSERVATIONS,
    Thing("checkins", ("source", "kr_id", "day"), ("checkins",), ("core.checkins",)),
)
IS_RATED = "(csat is not null or csat_is_best is not null)"
PATCHED = tuple(table for thing in THINGS for table in thing.tables)


def put_keys(engine: Engine, news: str) -> None:
    """Make the tables of keys, of what is landed in the schema `news`.

    A survey that says nothing of its team or topic has those of its ticket: with a ticket come its surveys, and with a
    survey its ticket. An opinion in a ticket's row is a survey under the ticket's id.
    """
    for thing in THINGS:
        key = ", ".join(thing.key)
        tables = [rows_table(kind, news) for kind in thing.kinds]
        tables += [f"{news}.rejected_rows"] if thing is TICKETS else []
        rows = " union ".join(f"select {key} from {table} where {thing.key[-1]} is not null" for table in tables)
        engine.run(f"create table {thing.keys} as {rows}")
    surveys = rows_table("surveys")
    of_tickets = f"select source, survey_id from {surveys} semi join {TICKETS.keys} using (source, ticket_id)"
    _put_more(engine, SURVEYS, of_tickets)
    of_surveys = f"select source, ticket_id from {surveys} semi join {SURVEYS.keys} using (source, survey_id)"
    _put_more(engine, TICKETS, f"{of_surveys} where ticket_id is not null")
    for kind in TICKETS.kinds:
        rated = f"select source, ticket_id, ticket_id as survey_id from {rows_table(kind)} where {IS_RATED}"
        _put_more(engine, TICKETS, f"from ({rated}) semi join {SURVEYS.keys} using (source, survey_id)")
        _put_more(engine, SURVEYS, f"from ({rated}) semi join {TICKETS.keys} using (source, ticket_id)")


def _put_more(engine: Engine, thing: Thing, rows: str) -> None:
    key = ", ".join(thing.key)
    engine.run(f"insert into {thing.keys} select distinct {key} from ({rows}) anti join {thing.keys} using ({key})")


def most_touched(engine: Engine) -> int:
    """How many things of one kind new files speak of, at most."""
    return max(int(engine.rows(f"select count(*) from {thing.keys}")[0][0]) for thing in THINGS)


def unlanded(engine: Engine, published: str) -> Collection[str] | None:
    """The loaded files that the published ledger does not know; null where it has rows of files that are no longer
    landed as it read them."""
    loaded = "files.file_id = known.file_id and files.status = 'loaded'"
    gone = engine.rows(
        f"select 1 from {published} as known where status = 'loaded' and not exists "
        f"(select 1 from landing.files as files where {loaded} and files.profile = known.read_as) limit 1"
    )
    if gone:
        return None
    new = engine.rows(
        f"select file_id from landing.files where status = 'loaded' "
        f"and file_id not in (select file_id from {published} where status = 'loaded')"
    )
    return {file_id for (file_id,) in new}
