"""The command that makes a new home: empty, or around an export that is at hand, which is then run at once."""

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click

from okr_analytics.desk import Desk, known_time_zone, read_desk
from okr_analytics.detection.dates import DAY_FIRST, MONTH_FIRST
from okr_analytics.detection.detect import detect
from okr_analytics.detection.keeping import keep
from okr_analytics.detection.proposal import Asked, Proposal
from okr_analytics.detection.telling import print_proposal
from okr_analytics.errors import DataError, FileRefused, UsageError
from okr_analytics.firstlook.look import FirstLook, look
from okr_analytics.firstlook.objective import objective
from okr_analytics.home import Home
from okr_analytics.landing.ingest import failures, ingest
from okr_analytics.newhome import SCHEMA_FILE, create_home
from okr_analytics.warehouse.lock import only_writer
from pipelines.looking import status
from pipelines.output import console, progress
from pipelines.running import run
from pipelines.sourcing import pair

FIRST_OBJECTIVE = "first-look.yaml"


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--from", "export", type=click.Path(path_type=Path), help="An export, or a folder of them, to begin with."
)
@click.option("--time-zone", default="UTC", show_default=True, help="IANA time zone of the desk, like Europe/Madrid.")
@click.option("--country", help="Country code for public holidays, like ES.")
@click.option("--name", help="With --from: what to call the helpdesk; default: after the file.")
@click.option(
    "--dates",
    type=click.Choice([DAY_FIRST, MONTH_FIRST]),
    help="With --from: how 3/4/2026 is meant, where no cell proves it.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="OURS=HEADER",
    help="With --from: what a column is, where that cannot be told.",
)
@click.option("--export-time-zone", help="With --from: zone of its instants without an offset; default: the desk's.")
@click.pass_context
def init(
    ctx: click.Context,
    directory: Path,
    export: Path | None,
    time_zone: str,
    country: str | None,
    name: str | None,
    dates: str | None,
    columns: Sequence[str],
    export_time_zone: str | None,
) -> None:
    """Make a new home: desk file, one example objective, folders.

    With --from, the export is looked at ('okr sources detect' shows how), read, and run, with an objective that it can
    answer.
    """
    home = Home(directory.resolve())
    _known("--time-zone", time_zone)
    _known("--export-time-zone", export_time_zone)
    if export is None:
        create_home(home, time_zone, country, _today())
        click.echo(f"A new home at {home.root}.")
        click.echo(f"Next: put an export into {home.exports / 'canonical'} (other formats: 'okr sources'),")
        click.echo(f"then: okr --home {directory} run && okr --home {directory} status")
        return
    first_look = begin(home, export, time_zone, country, Asked(name, dates, export_time_zone, dict(map(pair, columns))))
    as_of = min(first_look.as_of, _today() - timedelta(days=1))
    ctx.obj = home
    ctx.invoke(run, day=datetime.combine(as_of, time.min), verbose=False, rebuild=False, wait=0)
    ctx.invoke(status, is_json=False)
    _say_what_next(home, directory, first_look)


def begin(home: Home, export: Path, time_zone: str, country: str | None, asked: Asked) -> FirstLook:
    """Make a home around an export, which is landed, with a first objective that it can answer.

    Raises FileRefused or UsageError before anything is made, DataError where nothing of the export could be read.
    """
    proposal = _understood(home, Desk(time_zone=time_zone), export, asked)
    create_home(home, time_zone, country, _today(), has_example=False)
    _take(home, export, proposal)
    first_look = _landed(home)
    (home.okrs / FIRST_OBJECTIVE).write_text(objective(first_look, SCHEMA_FILE), encoding="utf-8")
    return first_look


def _today() -> date:
    return datetime.now(UTC).date()


def _known(option: str, time_zone: str | None) -> None:
    try:
        known_time_zone(time_zone or "UTC")
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def _understood(home: Home, desk: Desk, export: Path, asked: Asked) -> Proposal:
    """What the export is, told; raises where it is none, or something has to be said first."""
    try:
        proposal = detect(home, desk, export, asked, datetime.now(UTC).replace(tzinfo=None))
    except FileRefused as refused:
        raise FileRefused(f"{export.name}: {refused.found}", refused.mend) from None
    print_proposal(proposal, console())
    click.echo()
    if open_ones := [str(doubt) for doubt in proposal.doubts if doubt.is_open]:
        raise UsageError("nothing is made yet: " + "; ".join(open_ones))
    return proposal


def _take(home: Home, export: Path, proposal: Proposal) -> None:
    """Copy the export below exports/, under its profile."""
    folder = home.exports / _folder(proposal)
    if not proposal.is_known_as_it_is:
        keep(home, proposal, is_forced=False)
    if export.is_dir():
        shutil.copytree(export, folder, dirs_exist_ok=True)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy2(export, folder)
    click.echo(f"A new home at {home.root}, with {home.relative(folder)}/ read as {proposal.profile.title!r}.")


def _folder(proposal: Proposal) -> str:
    """What the folder below exports/ is called: a profile's name."""
    return proposal.known if proposal.known and proposal.is_known_as_it_is else proposal.name


def _landed(home: Home) -> FirstLook:
    desk, now = read_desk(home), datetime.now(UTC).replace(tzinfo=None)
    with progress(verbose=False), only_writer(home, "first look"):
        entries = ingest(home, desk, "first look", now, click.echo, lambda said: click.echo(said, err=True))
    if all(not entry.is_loaded for entry in entries):
        raise DataError("nothing of it could be read:\n" + "\n".join(failures(entries)))
    return look(home, desk)


def _say_what_next(home: Home, directory: Path, found: FirstLook) -> None:
    click.echo(f"\nThe objective in {home.relative(home.okrs / FIRST_OBJECTIVE)} is an example made of what the export")
    click.echo("tells; its targets are yours to set. Hours, holidays and SLA: desk.yaml.")
    if found.newest_day > found.as_of:
        click.echo(
            f"As of {found.as_of}, the last day on which tickets came in as they used to; the newest one was opened on "
            f"{found.newest_day}."
        )
    click.echo(f"Next: okr --home {directory} explain first-look   ·   okr --home {directory} sources reconcile")
