"""Commands that keep and hand out what was made: earlier generations, tables as files, the history in one."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from okr_analytics.figures import counted, print_neatly
from okr_analytics.handout import hand_out
from okr_analytics.home import Home
from okr_analytics.okr.keeping.backup import back_up
from okr_analytics.okr.keeping.backup import restore as put_back
from okr_analytics.report.writing import write_page
from okr_analytics.warehouse.generations import kept, kept_numbers, read_generation, roll_back
from okr_analytics.warehouse.lock import only_writer
from pipelines.output import WAIT, as_table, console


@click.command()
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Where to; default: tables/ at home."
)
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True)
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.pass_obj
def export(home: Home, folder: Path | None, form: str, tables: tuple[str, ...]) -> None:
    """Tables or views as files for spreadsheets and BI tools, all of one generation; without names the main ones.

    In CSV, texts that a spreadsheet would take for formulas are made harmless.
    """
    done = hand_out(home, folder or home.tables, form, tables)
    for table, rows in done.rows.items():
        click.echo(f"{table}.{form}: {rows:,} rows")
    click.echo(f"Generation {done.generation} as of {done.as_of}, in {folder or home.tables}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(home: Home, file: Path) -> None:
    """Copy state/history to a new FILE.tar.gz: what was defined, frozen and reported, and cannot be computed again.

    May be done at any time, also while a run is going on.
    """
    runs = back_up(home, file, _now())
    click.echo(f"The history of {counted(runs, 'run')} is in {file} ({file.stat().st_size / 1e6:,.1f} MB), read back.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", "is_replacing", is_flag=True, help="Move a history that differs aside, instead of refusing.")
@WAIT
@click.pass_obj
def restore(home: Home, file: Path, is_replacing: bool, wait: int) -> None:  # noqa: FBT001
    """Put back state/history from what 'okr backup' wrote."""
    with only_writer(home, "restore", wait, click.echo, partial(_bury, home)):
        done = put_back(home, file, _now(), is_replacing=is_replacing)
    if done.aside:
        click.echo(f"The history that was there ({counted(done.runs_before, 'run')}) is in {done.aside} now.")
    if done.runs == done.runs_before and not done.aside:
        click.echo(f"The history ({counted(done.runs, 'run')}) is as in the backup already; nothing to do.")
        return
    more = f", {done.runs_before} of them were there already" if done.runs_before and not done.aside else ""
    click.echo(f"The history of {counted(done.runs, 'run')} is restored{more}; the next 'okr run' goes on from it.")


@click.command()
@click.option("--to", "number", type=click.IntRange(min=1), help="Number of the generation; default: the one before.")
@click.option("--list", "is_list", is_flag=True, help="Only show what is kept.")
@WAIT
@click.pass_obj
def rollback(home: Home, number: int | None, is_list: bool, wait: int) -> None:  # noqa: FBT001
    """Publish an earlier generation again. What was reported, in state/history, stays as it is."""
    if is_list:
        print_neatly(as_table(("generation", "published (UTC)", "as of", "size", ""), _listed(home)), console())
        return
    before = read_generation(home.warehouse)
    if before and before.number == number:
        click.echo(f"Generation {number} is the published one; nothing to do.")
        return
    with only_writer(home, "rollback", wait, click.echo, partial(_bury, home)):
        now = roll_back(home, number)
    said = f" instead of generation {before.number} as of {before.as_of}" if before else ""
    click.echo(f"Generation {now.number} as of {now.as_of} is published again{said}.")
    _tell_page(home)
    click.echo(
        "The next run computes from today's exports and definitions, and publishes its answer as a generation "
        f"above {max(kept_numbers(home))}."
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _tell_page(home: Home) -> None:
    """The page, where there is one, follows what is published; where it cannot, that is said."""
    if not home.page.exists():
        return
    try:
        click.echo(f"Page: {write_page(home).path}")
    except Exception as error:  # noqa: BLE001 - a generation of an older project may lack what a page shows
        click.echo(f"warning: {home.page} still tells of the generation before ({error})", err=True)


def _bury(home: Home, run_id: str) -> None:
    """Tell Dagster that a run was killed."""
    from pipelines.headless import bury  # noqa: PLC0415 - Dagster takes a second to import

    try:
        bury(home, run_id)
    except Exception as error:  # noqa: BLE001 - a home is mended by these commands, whatever Dagster's files are like
        click.echo(f"warning: run {run_id} was killed, which Dagster could not be told ({error})", err=True)


def _listed(home: Home) -> list[tuple[object, ...]]:
    """Kept and published generations, newest first."""
    current = read_generation(home.warehouse)
    known = {each.number: each for each in (*kept(home), *([current] if current else []))}
    return [
        (
            number,
            f"{each.published_at:%Y-%m-%d %H:%M}",
            each.as_of,
            f"{each.size_bytes / 1e6:,.1f} MB",
            "published" if current and number == current.number else "kept",
        )
        for number, each in sorted(known.items(), reverse=True)
    ]
