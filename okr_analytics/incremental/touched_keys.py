"""Which entities new files are about, by their keys: an incremental run looks at these, with all that was ever landed
of them, and at nothing else."""

from collections.abc import Collection

from okr_analytics.contracts.entities import ENTITIES, SURVEYS, TICKETS, Entity
from okr_analytics.landing.store import rows_table
from okr_analytics.warehouse.engine import Engine

SURVEYED = "work.surveyed_tickets"  # the ticket of each survey
IS_RATED = "(csat is not null or csat_is_best is not null)"


def keys_table(entity: Entity) -> str:
    """The table with one row for each entity that new files are about."""
    return f"work.touched_{entity.name}"


def new_files(engine: Engine, ledger: str) -> Collection[str] | None:
    """The loaded files that the published ledger does not know; null where it has rows of files that are no longer
    landed as it read them."""
    gone = engine.rows(
        f"select 1 from {ledger} as old where status = 'loaded' and not exists (select 1 from landing.files as files "
        "where files.file_id = old.file_id and files.status = 'loaded' and files.profile = old.read_as) limit 1"
    )
    loaded = "where status = 'loaded'"
    new = f"select file_id from landing.files {loaded} and file_id not in (select file_id from {ledger} {loaded})"
    return None if gone else {file_id for (file_id,) in engine.rows(new)}


def collect_keys(engine: Engine, new: str) -> int:
    """Make the tables of keys, of the new rows that the schema `new` shows; gives how many entities of one kind they
    are about, at most.

    A survey that does not name its team or topic has those of its ticket: with a ticket come its surveys, and with a
    survey its ticket, until no more come. An opinion in a ticket's row is a survey under the ticket's id.
    """
    for entity in ENTITIES:
        key = ", ".join(entity.key)
        tables = [rows_table(kind, new) for kind in entity.kinds]
        tables += [f"{new}.rejected_rows"] if entity is TICKETS else []
        rows = " union ".join(f"select {key} from {table} where {entity.key[-1]} is not null" for table in tables)
        engine.run(f"create table {keys_table(entity)} as {rows}")
    about = [f"select source, survey_id, ticket_id from {rows_table('surveys')}"]
    about += [
        f"select source, ticket_id as survey_id, ticket_id from {rows_table(kind)} where {IS_RATED}"
        for kind in TICKETS.kinds
    ]
    engine.run(f"create table {SURVEYED} as {' union '.join(about)}")
    while _add_keys(engine, SURVEYS, TICKETS) + _add_keys(engine, TICKETS, SURVEYS):
        pass
    return max(int(engine.rows(f"select count(*) from {keys_table(entity)}")[0][0]) for entity in ENTITIES)


def _add_keys(engine: Engine, entity: Entity, of: Entity) -> int:
    """Add the surveys of the tickets that are there, or the tickets of the surveys; gives how many came."""
    key, keys = ", ".join(entity.key), keys_table(entity)
    ((added,),) = engine.rows(
        f"insert into {keys} select distinct {key} from {SURVEYED} semi join {keys_table(of)} "
        f"using ({', '.join(of.key)}) anti join {keys} using ({key}) where {entity.key[-1]} is not null"
    )
    return int(added)
