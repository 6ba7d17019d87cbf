"""Commands about the exports that can be read: which formats there are, and what a file is."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from okr_analytics.desk import known_time_zone, read_desk
from okr_analytics.desk.file import Desk
from okr_analytics.detection.dates import DAY_FIRST, MONTH_FIRST
from okr_analytics.detection.detect import checked, detect
from okr_analytics.detection.keeping import keep
from okr_analytics.detection.proposal import Asked, Proposal
from okr_analytics.detection.telling import as_json, print_proposal
from okr_analytics.errors import FileRefused, UsageError
from okr_analytics.figures import print_neatly
from okr_analytics.home import Home
from okr_analytics.metrics.feeding import feeding
from okr_analytics.metrics.shipped import shipped
from okr_analytics.profiled import share_said
from okr_analytics.sources.registry import profile_files, read_profile
from okr_analytics.sources.vocabulary import DESK
from pipelines.output import as_table, console


@click.group(invoke_without_command=True)
@click.pass_context
def sources(ctx: click.Context) -> None:
    """The formats that can be read: name of the folder below exports/, kind, and what it is."""
    if ctx.invoked_subcommand is None:
        _list(ctx.obj)


def _list(home: Home) -> None:
    found = [(name, read_profile(home, name), path) for name, path in profile_files(home).items()]
    known = shipped(_desk(home))
    rows = [
        (f"exports/{name}/", each.kind, each.title, share_said(feeding(each, known)), _file(home, path))
        for name, each, path in found
    ]
    print_neatly(as_table(("folder", "kind", "what", "feeds", "profile"), rows), console())
    click.echo("feeds: of the measures that such an export is asked for; which, and why not: okr sources show NAME")


def _file(home: Home, path: Path) -> str:
    return home.relative(path) if path.is_relative_to(home.root) else "shipped"


@sources.command("detect")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the profile and of its folder below exports/; default: the file's.")
@click.option(
    "--dates", type=click.Choice([DAY_FIRST, MONTH_FIRST]), help="How 3/4/2026 is meant, where no cell proves it."
)
@click.option("--time-zone", help="IANA zone of instants without an offset, like Europe/Madrid; default: the desk's.")
@click.option(
    "--column", "columns", multiple=True, metavar="OURS=HEADER", help="What a column is, where detection cannot tell."
)
@click.option("--new", "is_new", is_flag=True, help="Propose a profile of its own even where a known one fits.")
@click.option("--write", "is_written", is_flag=True, help="Write the profile to sources/.")
@click.option("--force", "is_forced", is_flag=True, help="Write over a profile of that name.")
@click.option("--json", "is_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_context
def detect_one(
    ctx: click.Context,
    /,
    path: Path,
    name: str | None,
    dates: str | None,
    time_zone: str | None,
    columns: Sequence[str],
    *,
    is_new: bool,
    is_written: bool,
    is_forced: bool,
    is_json: bool,
) -> None:
    """Find out what an export is: which column is which, how its dates are written, what is unsure.

    FILE may be a folder of files of one shape. Exit code 0: it can be read; 1: no ticket can be made of it; 2:
    something has to be said first, like the order of day and month.
    """
    home: Home = ctx.obj
    asked = Asked(name, dates, _zone(time_zone), dict(map(pair, columns)), is_new)
    try:
        proposal = detect(home, _desk(home), path, asked, datetime.now(UTC).replace(tzinfo=None))
    except FileRefused as refused:
        if not is_json:
            raise FileRefused(f"{path.name}: {refused.found}", refused.mend) from None
        click.echo(
            json.dumps({"refused": {"found": refused.found, "mend": refused.mend}}, ensure_ascii=False, indent=2)
        )
        ctx.exit(FileRefused.exit_code)
    _show(proposal, is_json=is_json)
    if not proposal.is_open:
        _offer(home, proposal, is_written=is_written, is_forced=is_forced, is_json=is_json)
        return
    click.echo(
        "Nothing is written yet: " + "; ".join(str(doubt) for doubt in proposal.doubts if doubt.is_open), err=True
    )
    ctx.exit(UsageError.exit_code)


def _desk(home: Home) -> Desk:
    return read_desk(home) if home.desk_file.exists() else Desk()


def _zone(name: str | None) -> str | None:
    try:
        return name if name in (None, DESK) else known_time_zone(str(name))
    except ValueError as error:
        raise UsageError(f"--time-zone: {error}") from None


def pair(said: str) -> tuple[str, str]:
    """Our column and the header that it is, of ours=header. Raises UsageError."""
    ours, equals, header = said.partition("=")
    if not equals:
        raise UsageError(f"--column {said}: write it like opened_at=Created")
    return ours.strip(), header.strip()


def _show(proposal: Proposal, *, is_json: bool) -> None:
    if is_json:
        click.echo(json.dumps(as_json(proposal), ensure_ascii=False, indent=2))
        return
    print_proposal(proposal, console())
    click.echo(f"\n{checked(proposal)}")


def _offer(home: Home, proposal: Proposal, *, is_written: bool, is_forced: bool, is_json: bool) -> None:
    """Write it where that is asked for, or said yes to; else say how to."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty() and not is_json
    if is_written or (is_terminal and click.confirm(f"Write sources/{proposal.name}.yaml?")):
        path = keep(home, proposal, is_forced=is_forced)
        click.echo(f"Written: {home.relative(path)}", err=is_json)
    if not is_json:
        click.echo(f"Next: put the file into exports/{proposal.name}/, then: okr run")
