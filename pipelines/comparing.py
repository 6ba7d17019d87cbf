"""Commands about the sources of a desk: what a profile maps and feeds, and how a source's own figures fit ours."""

import json
from collections.abc import Iterator

import click

from okr_analytics.errors import UsageError, did_you_mean
from okr_analytics.figures import print_neatly
from okr_analytics.home import Home
from okr_analytics.metrics.feeding import feeding
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.profiled import Fed, Profiled, fed, told
from okr_analytics.reconciled import reconciled
from okr_analytics.reconciled import told as told_apart
from okr_analytics.sources.registry import profile_files, read_profile
from okr_analytics.warehouse.engine import Engine
from pipelines.output import console


@click.command("show")
@click.argument("name")
@click.pass_obj
def show_source(home: Home, name: str) -> None:
    """What a profile maps, how its cells are read, and which measures it can feed, or why not.

    NAME is a profile's, or a source's: of that all profiles are shown. Where something is published, also what the
    source does feed.
    """
    for number, found in enumerate(_profiles(home, name)):
        if number:
            click.echo("")
        print_neatly(told(found), console())


def _profiles(home: Home, name: str) -> Iterator[Profiled]:
    """The profile of that name, else those of the source of that name."""
    files = profile_files(home)
    of_source = [each for each in files if name not in files and read_profile(home, each).source == name]
    if name not in files and not of_source:
        raise UsageError(f"no profile or source '{name}'{did_you_mean(name, files)}")
    catalogue = read_catalogue(home)
    for each in of_source or [name]:
        profile = read_profile(home, each)
        yield Profiled(
            each, profile, home.relative(files[each]), feeding(profile, catalogue), _fed(home, profile.source or each)
        )


def _fed(home: Home, source: str) -> Fed | None:
    if not home.warehouse.exists():
        return None
    with Engine.published(home.warehouse) as engine:
        return fed(engine, source)


@click.command("reconcile")
@click.argument("source", required=False)
@click.option("--json", "is_json", is_flag=True, help="For programs: one JSON object.")
@click.option(
    "--tickets",
    "rows",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="How many tickets of each cause are listed, furthest apart first; 0: all.",
)
@click.pass_obj
def reconcile(home: Home, source: str | None, rows: int, is_json: bool) -> None:  # noqa: FBT001
    """A source's own figures beside ours: how many agree, how far the others are apart, and where to look.

    SOURCE is the name of a source; default: all that tell figures of their own, like minutes to full resolution.
    """
    with Engine.published(home.warehouse) as engine:
        found = reconciled(engine, source, rows)
    if is_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        print_neatly(told_apart(found), console())
