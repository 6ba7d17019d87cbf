"""Commands about what people write: check-ins, and whether all definitions keep their rules."""

from datetime import UTC, datetime
from typing import Any

import click

from okr_analytics.contracts.columns import HUMAN_STATUSES
from okr_analytics.desk import read_desk
from okr_analytics.errors import ConfigurationError, OkrError, Problem
from okr_analytics.figures import counted, without_controls
from okr_analytics.home import Home
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.okr.defining.checkins import CheckIn, note, today
from okr_analytics.okr.defining.definitions import Definitions
from okr_analytics.okr.defining.evidence import without_evidence
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.sources.registry import profile_files, read_profile
from okr_analytics.warehouse.engine import Engine
from pipelines.output import DAY


@click.command()
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


@click.command()
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
