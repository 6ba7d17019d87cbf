"""The command line. Says what happened and what to do next; shows no stack trace for a user's mistake."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from okr_analytics.contracts.columns import HUMAN_STATUSES
from okr_analytics.desk import known_time_zone, read_desk
from okr_analytics.errors import ConfigurationError, DataError, OkrError, Problem, UsageError
from okr_analytics.explain.story import explain
from okr_analytics.explain.telling import print_story
from okr_analytics.exports.files import find_exports
from okr_analytics.figures import counted, print_neatly, without_controls
from okr_analytics.home import Home
from okr_analytics.kpi import page
from okr_analytics.kpi.own import read_catalogue
from okr_analytics.newhome import create_home
from okr_analytics.okr.changes import changes, days_touched
from okr_analytics.okr.checkins import CheckIn, note, today
from okr_analytics.okr.definitions import Definitions
from okr_analytics.okr.evidence import without_evidence
from okr_analytics.okr.moves import Move, newest_answer_at, read_moves
from okr_analytics.okr.reading import read_definitions
from okr_analytics.okr.scope import scope_of
from okr_analytics.restated import told
from okr_analytics.scorecard.page import print_scorecard
from okr_analytics.scorecard.reading import read_scorecard
from okr_analytics.sources.registry import profile_files, read_profile
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.publish import published_as_of
from pipelines.output import as_csv, as_json, as_table, console, progress, write_anywhere

FIRST_YEAR = 1970
DAY = click.DateTime(formats=["%Y-%m-%d"])


class Commands(click.Group):
    """Turns the library's errors into one plain message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: D102
        try:
            return super().invoke(ctx)
        except OkrError as error:
            click.echo(f"okr: {without_controls(str(error))}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", "folder", metavar="DIR", help="The desk to work on; default: OKR_HOME, else data.")
@click.pass_context
def main(ctx: click.Context, folder: str | None) -> None:
    """From helpdesk exports to KPIs and scored key results.

    Put exports in DIR/exports/<source>/, objectives in DIR/okrs/, then: okr run, okr status.
    """
    write_anywhere()
    ctx.obj = Home.locate(folder)


@main.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--time-zone", default="UTC", show_default=True, help="IANA time zone of the desk, like Europe/Madrid.")
@click.option("--country", help="Country code for public holidays, like ES.")
def init(directory: Path, time_zone: str, country: str | None) -> None:
    """Make a new home: desk file, one example objective, folders."""
    try:
        known_time_zone(time_zone)
    except ValueError as error:
        raise UsageError(f"--time-zone: {error}") from None
    home = Home(directory.resolve())
    create_home(home, time_zone, country, datetime.now(UTC).date())
    click.echo(f"A new home at {home.root}.")
    click.echo(f"Next: put an export into {home.exports / 'canonical'} (other formats: 'okr sources'),")
    click.echo(f"then: okr --home {directory} run && okr --home {directory} status")


@main.command()
@click.option("--as-of", "day", type=DAY, help="The day to speak of; default: yesterday, desk time.")
@click.option("-v", "--verbose", is_flag=True, help="Name every table as it is made.")
@click.pass_obj
def run(home: Home, day: datetime | None, verbose: bool) -> None:  # noqa: FBT001
    """The nightly job: read new exports, compute, check, publish."""
    from pipelines.headless import run_nightly  # noqa: PLC0415 - Dagster takes a second to import
    from pipelines.nightly import yesterday  # noqa: PLC0415

    last = yesterday(datetime.now(UTC), read_desk(home).time_zone)
    as_of = day.date() if day else last
    _refuse_impossible_day(as_of, last)
    for warning in read_definitions(home).warnings:
        click.echo(without_controls(str(warning)), err=True)
    if next(find_exports(home), None) is None and not home.landing.exists():
        known = ", ".join(profile_files(home))
        raise DataError(f"no exports in {home.exports}; put a file into exports/<source>/, where <source> is {known}")
    with progress(verbose):
        outcome = run_nightly(home, as_of)
    _say_what_was_published(home)
    for entry in outcome.still_failed:
        click.echo(f"warning: {entry.file} still cannot be read: {entry.error}; {entry.mend}", err=True)
    if outcome.newly_failed:
        failed = "\n".join(f"  {entry.file}: {entry.error}; {entry.mend}" for entry in outcome.newly_failed)
        raise DataError(f"{len(outcome.newly_failed)} new files could not be read, the rest is published:\n{failed}")


def _refuse_impossible_day(as_of: date, last: date) -> None:
    if as_of.year < FIRST_YEAR:
        raise UsageError(f"--as-of {as_of}: no ticket is that old")
    if as_of > last:
        raise UsageError(f"--as-of {as_of}: that day is not over; the last one that is: {last}")


def _say_what_was_published(home: Home) -> None:
    engine = Engine.published(home.warehouse)
    try:
        ((tickets,),) = engine.rows("select count(*) from core.tickets")
        ((number, as_of),) = engine.rows("select max(generation), max_by(as_of_date, generation) from ops.generations")
        ((rejected,),) = engine.rows("select count(*) from core.rejected_rows")
    finally:
        engine.close()
    click.echo(f"Generation {number} as of {as_of}: {tickets:,} tickets, {rejected:,} rows rejected.")
    click.echo(f"Warehouse: {home.warehouse}")


@main.command()
@click.option("--key-result", "kr_id", metavar="KR", help="Only this one, and the objectives that it counts in.")
@click.option("--from", "first", type=DAY, help="First day to look at again; default: what the changes touch.")
@click.option("--to", "last", type=DAY, help="Last day to look at again; default: the day last published.")
@click.option("--dry-run", is_flag=True, help="Show what would move and which statuses would flip; change nothing.")
@click.pass_obj
def backfill(home: Home, kr_id: str | None, first: datetime | None, last: datetime | None, dry_run: bool) -> None:  # noqa: FBT001
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
            run_backfill(home, kr_id, *days)
        moves = _moves_since(home, before)
    print_neatly(told(moves, "would move" if dry_run else "moved"), console())


def _newest_answer_at(home: Home) -> datetime:
    engine = Engine.published(home.warehouse)
    try:
        return newest_answer_at(engine)
    finally:
        engine.close()


def _moves_since(home: Home, before: datetime) -> list[Move]:
    engine = Engine.published(home.warehouse)
    try:
        return read_moves(engine, before)
    finally:
        engine.close()


@main.command()
@click.option("--json", "is_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_obj
def status(home: Home, is_json: bool) -> None:  # noqa: FBT001
    """The scorecard."""
    engine = Engine.published(home.warehouse)
    try:
        card = read_scorecard(engine)
    finally:
        engine.close()
    if is_json:
        click.echo(json.dumps(card.as_json(), ensure_ascii=False, indent=2, default=str))
    else:
        print_scorecard(card, console())


@main.command("explain")
@click.argument("key_result")
@click.option("--on", "day", type=DAY, help="The day to speak of; default: the newest one.")
@click.option(
    "--tickets",
    "rows",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many of the tickets that count are listed; 0: all.",
)
@click.option("--json", "is_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_obj
def explain_one(home: Home, key_result: str, day: datetime | None, rows: int, is_json: bool) -> None:  # noqa: FBT001
    """Tell the story of one number: what it is, why it says so, the tickets behind it, and every change.

    KEY_RESULT is the id of a key result, of a part of one ("id.part"), of an objective or of its outcome
    ("objective.outcome").
    """
    engine = Engine.published(home.warehouse)
    try:
        story = explain(engine, key_result, day.date() if day else None, rows)
    finally:
        engine.close()
    if is_json:
        click.echo(json.dumps(story.as_json(), ensure_ascii=False, indent=2))
    else:
        print_story(story, console())


@main.command()
@click.argument("key_result")
@click.option("--milestone", metavar="ID", help="The milestone that it is about; named, it is done.")
@click.option("--done/--not-done", "is_done", default=None, help="Whether it was done on that day.")
@click.option("--confidence", type=float, help="How sure you are to reach it: 0 (no hope) to 10 (certain).")
@click.option("--status", "human_status", type=click.Choice(HUMAN_STATUSES), help="How you see it.")
@click.option("--expires", "expires_on", type=DAY, help="Last day on which the status holds; default: in 14 days.")
@click.option("--comment", help="What else there is to say.")
@click.option("--author", metavar="NAME", help="Who says it.")
@click.option("--on", "day", type=DAY, help="The day that it speaks of; default: today, desk time.")
@click.pass_obj
def checkin(home: Home, /, key_result: str, day: datetime | None, expires_on: datetime | None, **said: Any) -> None:
    """Note what you know about a key result: a milestone, your confidence, how you see it, a comment.

    It is shown beside the computed status, never instead of it.
    """
    now = datetime.now(UTC)
    on = day.date() if day else today(home, now)
    noted, path = note(home, CheckIn(key_result, on, expires_on=expires_on and expires_on.date(), **said), now)
    click.echo(f"Noted about {noted.kr_id} on {noted.day}: {noted}")
    click.echo(f"in {home.relative(path)}; the next 'okr run' counts it.")


@main.command()
@click.pass_obj
def check(home: Home) -> None:
    """Hold desk file, source profiles and OKR definitions to their rules. Warnings stop nothing."""
    problems: list[Problem] = []
    profiles = 0
    for name in profile_files(home):
        profiles += 1
        problems += _problems(lambda name=name: read_profile(home, name))
    problems += _problems(lambda: read_desk(home))
    problems += _problems(lambda: read_definitions(home))
    if problems:
        raise ConfigurationError(set(problems))
    definitions = read_definitions(home)
    for warning in sorted([*definitions.warnings, *_without_evidence(home, definitions)]):
        click.echo(without_controls(str(warning)))
    click.echo(
        f"In order: {counted(len(definitions.objectives), 'objective')}, "
        f"{counted(len(definitions.key_results), 'key result')}{_drafts(definitions)}, "
        f"{profiles} source profiles, desk in {read_desk(home).time_zone}."
    )


def _drafts(definitions: Definitions) -> str:
    """Those that are not scored yet, by name."""
    drafts = [each.kr_id for each in definitions.key_results if each.is_draft]
    return f" (without a target, so not scored: {', '.join(drafts)})" if drafts else ""


def _without_evidence(home: Home, definitions: Definitions) -> list[Problem]:
    """What the published warehouse, if there is one that can be read, has no data for."""
    try:
        engine = Engine.published(home.warehouse)
    except OkrError:
        return []
    try:
        return without_evidence(engine, read_catalogue(home), definitions)
    finally:
        engine.close()


def _problems(read: Any) -> list[Problem]:
    try:
        read()
    except ConfigurationError as error:
        return error.problems
    return []


@main.command()
@click.option("--markdown", is_flag=True, help="As a page of documentation.")
@click.pass_obj
def kpis(home: Home, markdown: bool) -> None:  # noqa: FBT001
    """What can be measured: id, question, unit, clock, and what is better; with the home's own from kpis.yaml."""
    known = read_catalogue(home).kpis.values()
    if markdown:
        click.echo(page.markdown(read_catalogue(home)), nl=False)
        return
    rows = [(each.kpi_id, each.question, each.unit, each.clock or "", each.direction) for each in known]
    print_neatly(as_table(("kpi", "question", "unit", "clock", "better"), rows), console())


@main.command()
@click.pass_obj
def sources(home: Home) -> None:
    """The formats that can be read: name of the folder below exports/, kind, and what it is."""
    found = [(name, read_profile(home, name), path) for name, path in profile_files(home).items()]
    rows = [(f"exports/{name}/", each.kind, each.title, home.relative(path)) for name, each, path in found]
    print_neatly(as_table(("folder", "kind", "what", "profile"), rows), console())


@main.command()
@click.argument("sql")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option(
    "--rows",
    "limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="Rows of a table; 0: all.",
)
@click.pass_obj
def query(home: Home, sql: str, form: str, limit: int) -> None:
    """Ask the warehouse, read-only: okr query "from kpi.catalogue"."""
    engine = Engine.published(home.warehouse)
    try:
        names, rows = engine.table(sql)
    finally:
        engine.close()
    if form != "table":
        click.echo({"csv": as_csv, "json": as_json}[form](names, rows), nl=False)
        return
    shown = rows[:limit] if limit else rows
    print_neatly(as_table(names, shown), console())
    if len(shown) < len(rows):
        click.echo(f"… {len(rows) - len(shown):,} more rows; --rows 0 shows all")


if __name__ == "__main__":
    main()
