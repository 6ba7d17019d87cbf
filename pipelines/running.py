"""Commands that make a new generation: the nightly job, and a backfill of changed definitions."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import click

from okr_analytics.desk import read_desk
from okr_analytics.errors import DataError, UsageError
from okr_analytics.exports.files import export_paths
from okr_analytics.figures import print_neatly, without_controls
from okr_analytics.home import Home
from okr_analytics.landing.manifest import Entry
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.okr.defining.scope import scope_of
from okr_analytics.okr.keeping.changes import changes, days_touched
from okr_analytics.okr.keeping.moves import Move, newest_answer_at, read_moves
from okr_analytics.restated import told
from okr_analytics.sources.registry import profile_files
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.publish import published_as_of
from pipelines.notifying import told_when_failing
from pipelines.output import DAY, WAIT, console, progress

FIRST_YEAR = 1970


@click.command()
@click.option("--as-of", "day", type=DAY, help="The day to speak of; default: yesterday, desk time.")
@click.option("-v", "--verbose", is_flag=True, help="Name every table as it is made.")
@click.option("--rebuild", is_flag=True, help="Compute everything from what is landed, not only what changed.")
@WAIT
@click.pass_obj
def run(home: Home, day: datetime | None, verbose: bool, rebuild: bool, wait: int) -> None:  # noqa: FBT001
    """The nightly job: read new exports, compute what they touch, check, publish."""
    from pipelines.headless import run_nightly  # noqa: PLC0415 - Dagster takes a second to import
    from pipelines.nightly import JOB, yesterday  # noqa: PLC0415

    with told_when_failing(home, JOB, day and day.date()):
        last = yesterday(datetime.now(UTC), read_desk(home).time_zone)
        as_of = day.date() if day else last
        _refuse_impossible_day(as_of, last)
        for warning in read_definitions(home).warnings:
            click.echo(without_controls(str(warning)), err=True)
        if next(export_paths(home), None) is None and not home.landing.exists():
            known = ", ".join(profile_files(home))
            raise DataError(
                f"no exports in {home.exports}; put a file into exports/<source>/, where <source> is {known}"
            )
        with progress(verbose):
            outcome = run_nightly(home, as_of, wait, is_rebuilt=rebuild)
    _say_what_was_published(home)
    tell_of_unread(outcome.newly_failed, outcome.still_failed)


def tell_of_unread(newly_failed: Sequence[Entry], still_failed: Sequence[Entry]) -> None:
    """Warn of files that could not be read before either. Raises DataError where new ones could not."""
    for entry in still_failed:
        click.echo(f"warning: {entry.file} still cannot be read: {entry.error}; {entry.mend}", err=True)
    if newly_failed:
        failed = "\n".join(f"  {entry.file}: {entry.error}; {entry.mend}" for entry in newly_failed)
        raise DataError(f"{len(newly_failed)} new files could not be read, the rest is published:\n{failed}")


def _refuse_impossible_day(as_of: date, last: date) -> None:
    if as_of.year < FIRST_YEAR:
        raise UsageError(f"--as-of {as_of}: no ticket is that old")
    if as_of > last:
        raise UsageError(f"--as-of {as_of}: that day is not over; the last one that is: {last}")


def _say_what_was_published(home: Home) -> None:
    with Engine.published(home.warehouse) as engine:
        ((tickets,),) = engine.rows("select count(*) from core.tickets")
        ((number, as_of),) = engine.rows("select max(generation), max_by(as_of_date, generation) from ops.generations")
        ((rejected,),) = engine.rows("select count(*) from core.rejected_rows")
    click.echo(f"Generation {number} as of {as_of}: {tickets:,} tickets, {rejected:,} rows rejected.")
    click.echo(f"Warehouse: {home.warehouse}")
    if home.page.exists():
        click.echo(f"Page: {home.page}")


@click.command()
@click.option("--key-result", "kr_id", metavar="KR", help="Only this one, and the objectives that it counts in.")
@click.option("--from", "first", type=DAY, help="First day to look at again; default: what the changes touch.")
@click.option("--to", "last", type=DAY, help="Last day to look at again; default: the day last published.")
@click.option("--dry-run", is_flag=True, help="Show what would move and which statuses would flip; change nothing.")
@WAIT
@click.pass_obj
def backfill(
    home: Home,
    kr_id: str | None,
    first: datetime | None,
    last: datetime | None,
    dry_run: bool,  # noqa: FBT001
    wait: int,
) -> None:
    """Restate what changed definitions touch: reads no export and no ticket, keeps what was reported before.

    A changed definition is restated over its whole window.
    """
    from pipelines.headless import run_backfill  # noqa: PLC0415 - Dagster takes a second to import
    from pipelines.rehearsal import rehearse  # noqa: PLC0415

    published = published_as_of(home)
    if published is None:
        raise UsageError("nothing is published yet, so there is nothing to restate; 'okr run' computes everything")
    definitions = read_definitions(home)
    scope_of(definitions, kr_id)
    changed = changes(home, definitions, published, datetime.now(UTC).replace(tzinfo=None))
    for each in changed:
        click.echo(f"changed: {without_controls(str(each))}")
    days = days_touched(changed, published, first and first.date(), last and last.date())
    if dry_run:
        moves = rehearse(home, kr_id, *days)
    else:
        before = _newest_answer_at(home)
        with progress(verbose=False):
            run_backfill(home, kr_id, *days, wait=wait)
        moves = _moves_since(home, before)
    print_neatly(told(moves, "would move" if dry_run else "moved"), console())


def _newest_answer_at(home: Home) -> datetime:
    with Engine.published(home.warehouse) as engine:
        return newest_answer_at(engine)


def _moves_since(home: Home, before: datetime) -> list[Move]:
    with Engine.published(home.warehouse) as engine:
        return read_moves(engine, before)
