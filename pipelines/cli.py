"""The command line. Says what happened and what to do next; shows no stack trace for a user's mistake."""

from typing import Any

import click

from okr_analytics.errors import DiskError, OkrError
from okr_analytics.figures import without_controls
from okr_analytics.home import Home
from pipelines.beginning import init
from pipelines.comparing import reconcile, show_source
from pipelines.doctor import doctor
from pipelines.keeping import backup, export, restore, rollback
from pipelines.looking import explain_one, kpis, query, status
from pipelines.notifying import notify
from pipelines.output import write_anywhere
from pipelines.reporting import report
from pipelines.running import backfill, run
from pipelines.sourcing import sources
from pipelines.writing import check, checkin


class Commands(click.Group):
    """Turns the library's errors into one plain message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: D102
        try:
            return super().invoke(ctx)
        except OkrError as error:
            click.echo(f"okr: {without_controls(str(error))}", err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            raise
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            click.echo(f"okr: {without_controls(str(DiskError(where + (error.strerror or str(error)))))}", err=True)
            ctx.exit(DiskError.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", "folder", metavar="DIR", help="The desk to work on; default: OKR_HOME, else data.")
@click.pass_context
def main(ctx: click.Context, folder: str | None) -> None:
    """From helpdesk exports to KPIs and scored key results.

    Put exports in DIR/exports/<source>/, objectives in DIR/okrs/, then: okr run, okr status.
    """
    write_anywhere()
    ctx.obj = Home.locate(folder)


for command in (show_source, reconcile):
    sources.add_command(command)
LOOKING = (status, explain_one, kpis, sources, query, report, doctor)
WRITING = (init, check, checkin, notify)
RUNNING = (run, backfill)
KEEPING = (export, rollback, backup, restore)
for command in (*LOOKING, *WRITING, *RUNNING, *KEEPING):
    main.add_command(command)


if __name__ == "__main__":
    main()
