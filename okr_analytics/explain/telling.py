"""A story on a terminal, or as plain lines in a pipe."""

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from okr_analytics.explain.section import Grid, Section, Story
from okr_analytics.figures import LOOKS, QUIET_LOOK, print_neatly, status_text

INDENT = (0, 0, 0, 2)


def print_story(story: Story, console: Console) -> None:
    """Print it to fit the console."""
    print_neatly(render(story), console)


def render(story: Story) -> RenderableType:
    """The title, the answer in a line, then section after section."""
    symbol, style = LOOKS.get(story.status, QUIET_LOOK)
    title = Text(story.title, style="bold") + Text(f"  ({story.name})", style="dim")
    return Group(title, Text(f"{symbol} {story.headline}", style=style), *map(_section, story.sections))


def _section(section: Section) -> RenderableType:
    if not section.parts:
        return Group()
    shown: list[RenderableType] = [Text(), Text(section.title, style="bold")]
    for number, each in enumerate(section.parts):
        if isinstance(each, str):
            shown.append(_sentence(each))
        else:
            shown += [Text()] if number else []
            shown.append(Padding(_table(each), INDENT))
    return Group(*shown)


def _sentence(text: str) -> RenderableType:
    return Padding(Text(text), INDENT)


def _table(grid: Grid) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for number, name in enumerate(grid.headers):
        is_fixed = number in grid.numbers or number in grid.statuses
        justify = "right" if number in grid.numbers else "left"
        table.add_column(Text(name), justify=justify, no_wrap=is_fixed, overflow="fold")  # type: ignore[arg-type]
    for row in grid.rows:
        table.add_row(
            *(status_text(cell) if number in grid.statuses else Text(cell) for number, cell in enumerate(row))
        )
    return table
