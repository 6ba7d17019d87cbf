"""The command that makes the page."""

from pathlib import Path

import click

from okr_analytics.home import Home
from okr_analytics.languages.language import LANGUAGES
from okr_analytics.report.writing import write_page


@click.command()
@click.option("--lang", "code", type=click.Choice(LANGUAGES), help="Default: the language in desk.yaml, else en.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the page goes; default: report.html beside the warehouse, with its summary in report.txt.",
)
@click.option("--key-result", "kr_id", metavar="KR", help="A page of this one alone, with its full story.")
@click.pass_obj
def report(home: Home, code: str | None, out: Path | None, kr_id: str | None) -> None:
    """The scorecard as one HTML page: no server, no network, no script. Prints its summary, for mail or chat."""
    written = write_page(home, code, out, kr_id)
    click.echo(written.summary)
    click.echo(f"Page: {written.path}")
