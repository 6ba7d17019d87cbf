"""Commands that look: the scorecard, the story of one number, what can be measured, any question."""

import json
from datetime import datetime

import click

from okr_analytics.explain.story import explain
from okr_analytics.explain.telling import print_story
from okr_analytics.figures import print_neatly
from okr_analytics.home import Home
from okr_analytics.metrics import page
from okr_analytics.metrics.own import read_catalogue
from okr_analytics.scorecard.page import print_scorecard
from okr_analytics.scorecard.reading import read_scorecard
from okr_analytics.warehouse.engine import Engine
from pipelines.output import DAY, as_csv, as_json, as_table, console


@click.command()
@click.option("--json", "is_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_obj
def status(home: Home, is_json: bool) -> None:  # noqa: FBT001
    """The scorecard."""
    with Engine.published(home.warehouse) as engine:
        card = read_scorecard(engine)
    if is_json:
        click.echo(json.dumps(card.as_json(), ensure_ascii=False, indent=2, default=str))
    else:
        print_scorecard(card, console())


@click.command("explain")
@click.argument("key_result")
@click.option("--on", "day", type=DAY, help="The day to speak of; default: the newest one.")
@click.option(
    "--tickets",
    "rows",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many of the tickets that count are listed; 0: all.",
)
@click.option("--json", "is_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_obj
def explain_one(home: Home, key_result: str, day: datetime | None, rows: int, is_json: bool) -> None:  # noqa: FBT001
    """Tell the story of one number: what it is, why it says so, the tickets behind it, and every change.

    KEY_RESULT is the id of a key result, of a part of one ("id.part"), of an objective or of its outcome
    ("objective.outcome").
    """
    with Engine.published(home.warehouse) as engine:
        story = explain(engine, key_result, day.date() if day else None, rows)
    if is_json:
        click.echo(json.dumps(story.as_json(), ensure_ascii=False, indent=2))
    else:
        print_story(story, console())


@click.command()
@click.option("--markdown", is_flag=True, help="As a page of documentation.")
@click.pass_obj
def kpis(home: Home, markdown: bool) -> None:  # noqa: FBT001
    """What can be measured: id, question, unit, clock, and what is better; with the home's own from kpis.yaml."""
    known = read_catalogue(home).kpis.values()
    if markdown:
        click.echo(page.markdown(read_catalogue(home)), nl=False)
        return
    rows = [(each.kpi_id, each.question, each.unit, each.clock or "", each.direction) for each in known]
    print_neatly(as_table(("kpi", "question", "unit", "clock", "better"), rows), console())


@click.command()
@click.argument("sql")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option(
    "--rows",
    "limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="Rows of a table; 0: all.",
)
@click.pass_obj
def query(home: Home, sql: str, form: str, limit: int) -> None:
    """Ask the warehouse, read-only: okr query "from kpi.catalogue"."""
    with Engine.published(home.warehouse) as engine:
        names, rows = engine.table(sql)
    if form != "table":
        click.echo({"csv": as_csv, "json": as_json}[form](names, rows), nl=False)
        return
    shown = rows[:limit] if limit else rows
    print_neatly(as_table(names, shown), console())
    if len(shown) < len(rows):
        click.echo(f"… {len(rows) - len(shown):,} more rows; --rows 0 shows all")
