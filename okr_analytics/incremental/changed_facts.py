"""work.fact_rows: the rows of facts that may be others than they were published, on both sides of an incremental run.

These are the rows about touched entities, and about those of which something falls due by the passing of days. Which
days they change is decided in sql/work/changed_spans.sql.
"""

from datetime import date, timedelta

from okr_analytics.contracts.entities import OBSERVATIONS, SURVEYS, TICKETS
from okr_analytics.incremental.increment import Increment
from okr_analytics.incremental.touched_keys import keys_table
from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.metrics.compiler.expressions import date_literal, render
from okr_analytics.metrics.compiler.rows import valid_as_of
from okr_analytics.metrics.days import put_day
from okr_analytics.warehouse.engine import literal
from okr_analytics.warehouse.models import Model, fact_models
from okr_analytics.warehouse.stage import Stage

FACT_ROWS = "work.fact_rows"
DAY_AFTER = timedelta(days=1)  # what falls due on the next day is at risk today
DATED = {
    TICKETS: ("core.tickets", "core.status_changes"),
    SURVEYS: ("core.surveys",),
    OBSERVATIONS: ("core.observations",),
}
NO_DUE_DATE = "exported_date"  # says nothing of the ticket
NOT_STANDING = {"ticket_id", "counts_from", "counts_until"}  # of a stock: how many stand counts, not which


def collect_fact_rows(stage: Stage, increment: Increment, catalogue: Catalogue, days: tuple[date, date]) -> None:
    """Make work.fact_rows: one row is one row of a measured fact on one side: fact, row_hash, first_day, until, side
    (-1 as published, 1 as it is now). `days` are those of which the published warehouse speaks and this run."""
    build_facts(stage, increment, days)
    measured = {measure.table for measure in catalogue.measures.values()}
    facts = [model for model in fact_models() if model.table in measured]
    for side, day, sign in zip(increment.sides, days, (-1, 1), strict=True):
        rows = " union all ".join(_rows_of(fact, day, days[1]) for fact in facts)
        stage.engine.append(FACT_ROWS, side.engine.frame(f"select *, cast({sign} as bigint) as side from ({rows})"))


def build_facts(stage: Stage, increment: Increment, days: tuple[date, date]) -> None:
    """Give both sides what facts need beside their entities: what sources cover, all articles, and the facts."""
    previous = {table: stage.previous(table) for table in ("core.feeds", "core.days")}
    articles = (increment.articles_before, stage.engine.frame("select * from core.articles"))
    _add_due_rows(stage, increment, days)
    for number, side in enumerate(increment.sides):
        for table, published in previous.items():
            side.engine.create(table, stage.engine.frame(f"select * from {table if number else published}"))
        put_day(side.engine, days[number])
        side.engine.run("drop table core.articles")
        side.engine.create("core.articles", articles[number])
        for fact in fact_models():
            side.build(fact)


def update_row_counts(stage: Stage, increment: Increment) -> None:
    """Count the rows of facts by what came and went: nobody needs to look at all of them."""
    generations = stage.previous("ops.generations")
    newest = f"select table_name, row_count from {generations} qualify generation = max(generation) over ()"
    published = dict(stage.engine.rows(newest))
    before, after = increment.sides
    came = dict(stage.engine.rows(f"select fact, sum(side) from {FACT_ROWS} group by fact"))
    for model in fact_models():
        fact = model.table
        more = came.get(fact, 0) if model.header.kpis else after.row_count(fact) - before.row_count(fact)
        stage.set_row_count(fact, published[fact] + more)


def _add_due_rows(stage: Stage, increment: Increment, days: tuple[date, date]) -> None:
    """Add to both sides the tickets, surveys and observations of which something begins or ceases to count by the
    passing of days, or by the days that are covered now."""
    ((covered_from, covered_to),) = stage.engine.rows(
        "select min(least(old.last_day, new.last_day)), max(greatest(old.last_day, new.last_day)) "
        f"from core.feeds as new join {stage.previous('core.feeds')} as old using (measure, source) "
        "where new.last_day <> old.last_day"
    )
    first = min(day for day in (days[0], covered_from) if day)
    last = max(day for day in (days[1], covered_to) if day) + DAY_AFTER
    for entity, tables in DATED.items():
        key, keys = ", ".join(entity.key), f"work.due_{entity.name}"
        due = " union ".join(
            f"select {key} from {table} where {_is_dated(stage, table, first, last)}" for table in tables
        )
        stage.engine.run(f"create table {keys} as from ({due}) anti join {keys_table(entity)} using ({key})")
        for table in tables:
            places = f"select rows.rowid from {table} as rows semi join {keys} using ({key})"
            rows = stage.engine.frame(f"select * from {table} where rowid in ({places})")
            for side in increment.sides:
                side.engine.append(table, rows)


def _is_dated(stage: Stage, table: str, first: date, last: date) -> str:
    """Some date of the row lies after the first day, up to the last."""
    names = [name for name, kind in stage.columns(table).items() if kind == "DATE" and name != NO_DUE_DATE]
    after, until = literal(str(first)), literal(str(last))
    return "(" + " or ".join(f"({name} > date {after} and {name} <= date {until})" for name in names) + ")"


def _rows_of(fact: Model, day: date, as_of: date) -> str:
    """SQL for a fact's rows on one side: an event counts on its day, as far as it counts as of the side's day; what
    stands in a stock, from day to day."""
    columns, end, named = set(fact.columns), f"date {literal(str(as_of + DAY_AFTER))}", f"{literal(fact.table)} as fact"
    if fact.header.type != "stock":
        hashed = ", ".join((*sorted(columns), render(valid_as_of(date_literal(day)))))
        return f"select {named}, hash({hashed}) as row_hash, day as first_day, day + 1 as until from {fact.table}"
    hashed = ", ".join(sorted(columns - NOT_STANDING))
    until = f"least(coalesce(counts_until, {end}), {end})"
    return f"select {named}, hash({hashed}) as row_hash, counts_from as first_day, {until} as until from {fact.table}"
