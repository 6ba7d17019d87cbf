"""The days of a fact whose rows are others than they were published: by new exports, or by the passing of days.

Both slices show the facts over the tickets that new files touch, and over those of which something falls due.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.incremental.slices import Renewal
from okr_analytics.incremental.things import OBSERVATIONS, SURVEYS, TICKETS
from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.metrics.groups import visible
from okr_analytics.metrics.stocks import changes
from okr_analytics.warehouse.engine import literal
from okr_analytics.warehouse.models import models
from okr_analytics.warehouse.stage import Stage

DAY_AFTER = timedelta(days=1)  # what falls due on the next day is at risk today
DATED = {
    TICKETS: ("core.tickets", "core.status_changes"),
    SURVEYS: ("core.surveys",),
    OBSERVATIONS: ("core.observations",),
}
NO_DATE = "exported_date"  # says nothing of the ticket


def show_facts(stage: Stage, renewal: Renewal, was: Stage, now: Stage) -> None:
    """Give both slices what facts need beside their tickets: what sources feed, all articles, and the facts."""
    articles_now = stage.engine.frame("select * from core.articles")
    for each, articles, feeds, days in (
        (was, renewal.articles_before, stage.before("core.feeds"), stage.before("core.days")),
        (now, articles_now, "core.feeds", "core.days"),
    ):
        each.engine.create("core.feeds", stage.engine.frame(f"select * from {feeds}"))
        each.engine.create("core.days", stage.engine.frame(f"select * from {days}"))
        each.engine.run("drop table core.articles")
        each.engine.create("core.articles", articles)
        for model in models().values():
            if model.schema == "fact":
                each.build(model)


def count_facts(stage: Stage, was: Stage, now: Stage) -> None:
    """Count the rows of facts by what came and went: nobody needs to look at all of them."""
    published = dict(
        stage.engine.rows(
            f"select table_name, row_count from {stage.before('ops.generations')} "
            "qualify generation = max(generation) over ()"
        )
    )
    for fact, model in models().items():
        if model.schema == "fact":
            stage.count_anew(fact, published[fact] + now.row_count(fact) - was.row_count(fact))


def put_what_falls_due(stage: Stage, was: Stage, now: Stage, before: date, as_of: date) -> None:
    """Add to both slices the tickets and surveys of which something begins or ceases to count by the passing of days,
    or by the days that are covered now."""
    moved = stage.engine.rows(
        "select min(least(old.last_day, new.last_day)), max(greatest(old.last_day, new.last_day)) "
        f"from core.feeds as new join {stage.before('core.feeds')} as old using (measure, source) "
        "where new.last_day <> old.last_day"
    )
    first = min(day for day in (before, moved[0][0]) if day)
    last = max(day for day in (as_of, moved[0][1]) if day) + DAY_AFTER
    for thing, tables in DATED.items():
        key, keys = ", ".join(thing.key), f"work.due_{thing.name}"
        due = " union ".join(
            f"select {key} from {table} where {_is_dated(stage, table, first, last)}" for table in tables
        )
        stage.engine.run(f"create table {keys} as from ({due}) anti join {thing.keys} using ({key})")
        for table in tables:
            places = f"select rows.rowid from {table} as rows semi join {keys} using ({key})"
            found = stage.engine.frame(f"select * from {table} where rowid in ({places})")
            for each in (was, now):
                each.engine.append(table, found)


def _is_dated(stage: Stage, table: str, first: date, last: date) -> str:
    """Some date of the row lies after the first day, up to the last."""
    names = [name for name, kind in stage.columns(table).items() if kind == "DATE" and name != NO_DATE]
    after, until = literal(str(first)), literal(str(last))
    return "(" + " or ".join(f"({name} > date {after} and {name} <= date {until})" for name in names) + ")"


def moved_days(fact: str, was: Stage, now: Stage, catalogue: Catalogue, until: tuple[date, date]) -> set[date]:
    """The days of a fact whose rows came, went or changed, or began or ceased to count; all that were still to come."""
    columns = ", ".join(sorted(was.engine.columns(fact)))
    rows = f"select day, hash({columns}) as row from {fact}"
    changed = _difference(was.engine.frame(rows), now.engine.frame(rows), ["day", "row"])
    before, as_of = (visible(f"date {literal(str(day))}") for day in until)
    flipped = now.engine.rows(f"select distinct day from {fact} where ({before}) <> ({as_of})")
    new = _days_from(until[0] + DAY_AFTER, until[1])
    days = {*changed["day"].to_list(), *(day for (day,) in flipped), *new}
    stocks = [each for each in catalogue.kpis.values() if each.fact == fact and each.statistic.kind in ("stock", "age")]
    return days.union(*(_days_standing(each, was, now, until[1]) for each in stocks))


def _difference(was: pl.DataFrame, now: pl.DataFrame, key: list[str], of: str = "delta") -> pl.DataFrame:
    """What differs, as rows with a sign."""
    signed = [
        each.with_columns((pl.col(of) if of in each.columns else pl.lit(1)).cast(pl.Int64).alias(of) * sign)
        for each, sign in ((was, -1), (now, 1))
    ]
    return pl.concat(signed).group_by(key).agg(pl.col(of).sum()).filter(pl.col(of) != 0)


def _days_standing(stock: Kpi, was: Stage, now: Stage, as_of: date) -> Iterator[date]:
    """The days at whose close another number stands in the stock, or others do."""
    who = [*DIMENSIONS, "day"]
    rows = f"select {', '.join(who)}, changed_on, sum(delta) as delta from ({changes(stock)}) group by all"
    differs = _difference(was.engine.frame(rows), now.engine.frame(rows), [*who, "changed_on"])
    stretches = (
        differs.sort("changed_on")
        .with_columns(
            standing=pl.col("delta").cum_sum().over(who),
            until=pl.col("changed_on").shift(-1).over(who).fill_null(as_of + DAY_AFTER),
        )
        .filter(pl.col("standing") != 0)
    )
    for first, until in stretches.select("changed_on", "until").unique().iter_rows():
        yield from _days_from(first, until - DAY_AFTER)


def _days_from(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
