"""Commands about the exports that can be read: which formats there are, and what a file is."""

import click

from okr_analytics.figures import print_neatly
from okr_analytics.home import Home
from okr_analytics.sources.registry import profile_files, read_profile
from pipelines.output import as_table, console


@click.group(invoke_without_command=True)
@click.pass_context
def sources(ctx: click.Context) -> None:
    """The formats that can be read: name of the folder below exports/, kind, and what it is."""
    if ctx.invoked_subcommand is None:
        _list(ctx.obj)


def _list(home: Home) -> None:
    found = [(name, read_profile(home, name), path) for name, path in profile_files(home).items()]
    rows = [(f"exports/{name}/", each.kind, each.title, home.relative(path)) for name, each, path in found]
    print_neatly(as_table(("folder", "kind", "what", "profile"), rows), console())
