"""okr doctor: in what condition the home is, and what Dagster knows of its runs, schedule and sensors."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from okr_analytics.condition import NOTE, OK, PROBLEM, TOPICS, Examination, Finding, examine
from okr_analytics.figures import counted, print_neatly, without_controls
from okr_analytics.home import Home
from okr_analytics.warehouse.lock import lock_holder
from pipelines.output import as_table, console

FRESH_SECONDS = 120
SIGNS = {OK: "● ok", NOTE: "▲ note", PROBLEM: "■ problem"}


@click.command()
@click.option("--json", "is_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_context
def doctor(context: click.Context, is_json: bool) -> None:  # noqa: FBT001
    """Whether all is well with this home, and the mend where it is not. Exit code 1 where there is a problem."""
    now = datetime.now(UTC).replace(tzinfo=None)
    found = examine(context.obj, now, {**TOPICS, **DAGSTER_TOPICS})
    problems = sum(each.state == PROBLEM for each in found.values())
    if is_json:
        told = {"is_well": not problems, "findings": {topic: each.as_json() for topic, each in found.items()}}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        rows = [(SIGNS[each.state], topic, _in_one(each)) for topic, each in found.items()]
        print_neatly(as_table(("", "", ""), rows), console())
        click.echo(f"{counted(problems, 'problem')}." if problems else "No problems.")
    context.exit(1 if problems else 0)


def _in_one(found: Finding) -> str:
    return without_controls(f"{found.summary} → {found.mend}" if found.mend else found.summary)


def _last_run(home: Home, _: datetime) -> Finding:
    from dagster import DagsterRunStatus as Status  # noqa: PLC0415 - Dagster takes a second to import

    with _recorded(home) as recorded:
        newest = recorded.get_run_records(limit=1) if recorded else ()
    if not newest:
        return Finding(NOTE, "none is recorded yet", "'okr run' is the first")
    run = newest[0].dagster_run
    said = f"{run.job_name} {run.run_id} of {newest[0].create_timestamp:%Y-%m-%d %H:%M} UTC: {run.status.value.lower()}"
    if run.status == Status.FAILURE:
        return Finding(PROBLEM, said, "'okr run' tries again and says why it fails; 'dagster dev' shows its log")
    if run.status == Status.STARTED and not lock_holder(home):
        return Finding(PROBLEM, f"{said}, but it is not running", "it was killed; 'okr run' goes on where it was")
    return Finding(OK if run.status in (Status.SUCCESS, Status.STARTED) else NOTE, said)


def _schedule(home: Home, _: datetime) -> Finding:
    from pipelines.graph import definitions_for  # noqa: PLC0415 - Dagster takes a second to import

    defined = definitions_for(home).get_repository_def()
    starters: tuple[Any, ...] = (*defined.schedule_defs, *defined.sensor_defs)
    with _recorded(home) as recorded:
        states = recorded.all_instigator_state() if recorded else ()
        is_alive = recorded is not None and _is_fresh(recorded)
    stored = {each.instigator_name: each.status.value for each in states}
    said = ", ".join(f"{each.name} {on_or_off(each, stored)}" for each in starters)
    if off := [each.name for each in starters if on_or_off(each, stored) == "off"]:
        return Finding(NOTE, said, f"switch {', '.join(off)} on in 'dagster dev', under Automation")
    if not is_alive:
        mend = "start 'dagster dev' or dagster-daemon on this home, or let cron start 'okr run'"
        return Finding(NOTE, f"{said}; but nothing is running that would start them", mend)
    return Finding(OK, f"{said}; the daemon is running")


@contextmanager
def _recorded(home: Home) -> Iterator[Any]:
    """The home's Dagster instance as it is; null where there is none. None is made."""
    from dagster import DagsterInstance  # noqa: PLC0415 - Dagster takes a second to import

    if not home.dagster.is_dir() or next(home.dagster.iterdir(), None) is None:
        yield None
        return
    with DagsterInstance.from_config(str(home.dagster)) as recorded:
        yield recorded


def _is_fresh(recorded: Any) -> bool:
    """Whether any of Dagster's daemons has been alive in the last two minutes."""
    beats = [each.timestamp for each in recorded.get_daemon_heartbeats().values()]
    return max(beats, default=0.0) > time.time() - FRESH_SECONDS


def on_or_off(starter: Any, stored: Mapping[str, str]) -> str:
    """As somebody switched it, else as the code says."""
    status = stored.get(starter.name, "DECLARED_IN_CODE")
    is_on = starter.default_status.value == "RUNNING" if status == "DECLARED_IN_CODE" else status == "RUNNING"
    return "on" if is_on else "off"


DAGSTER_TOPICS: Mapping[str, Examination] = {"last run": _last_run, "schedule": _schedule}
