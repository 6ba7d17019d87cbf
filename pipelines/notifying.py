"""Alerts of the command line: whether messages arrive, and what is sent when a command fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import click

from okr_analytics.alerting import greeting, run_failed
from okr_analytics.errors import DataError, OkrError, UsageError
from okr_analytics.home import Home
from pipelines.alerts import VARIABLE, is_on, send
from pipelines.output import progress


@click.command()
@click.option("--test", "is_test", is_flag=True, help="Send a message that says only that messages arrive.")
@click.pass_obj
def notify(home: Home, is_test: bool) -> None:  # noqa: FBT001
    """Alerts about failed runs and changed statuses: whether they are on, and whether they arrive."""
    if not is_on():
        raise UsageError(f"alerts are off; set {VARIABLE} to apprise addresses, like 'slack://…' or 'mailto://…'")
    if not is_test:
        click.echo("Alerts are on: failed runs, and statuses that changed. 'okr notify --test' sends a message.")
        return
    with progress(verbose=False):
        is_sent = send(greeting(home))
    if not is_sent:
        raise DataError(f"the message was not delivered; look at {VARIABLE}")
    click.echo("Sent.")


@contextmanager
def told_when_failing(home: Home, job: str, day: date | None) -> Iterator[None]:
    """Where a command that runs unattended fails, those who asked for alerts are told; the error goes on as it is. One
    who called it wrongly is there to see it."""
    try:
        yield
    except UsageError:
        raise
    except OkrError as error:
        if is_on():
            send(run_failed(home, job, day, error))
        raise
