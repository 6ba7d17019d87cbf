"""The scorecard in the terminal: objectives, key results, how far they are and how far they should be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from okr_analytics.warehouse.engine import Engine

BAR_CELLS = 20
NARROW_COLUMNS = 100
VERY_NARROW_COLUMNS = 64
LOOKS = {
    "on_track": ("●", "green"),
    "at_risk": ("▲", "yellow"),
    "off_track": ("■", "red"),
    "closed_met": ("✔", "green"),
    "closed_missed": ("✘", "red"),
}
QUIET_LOOK = ("○", "dim")
MINUTE, HOUR, DAY = 60, 3600, 86400

NEWEST = """
    with newest as (select kr_id, max(as_of_date) as as_of_date from okr.latest group by kr_id)
    select
        objectives.objective_id, objectives.title as objective, objectives.owner, objectives.window_start,
        objectives.window_end, objectives.ambition,
        key_results.title, key_results.unit, key_results.kind,
        pace.as_of_date, pace.baseline, pace.value, pace.target, key_results.target_written,
        pace.attainment, pace.expected, pace.status, pace.flag
    from okr.key_results as key_results
    join okr.objectives as objectives on key_results.objective_id = objectives.objective_id
    left join newest on key_results.kr_id = newest.kr_id
    left join okr.pace as pace on newest.kr_id = pace.kr_id and newest.as_of_date = pace.as_of_date
    where key_results.known_to is null and objectives.known_to is null
    order by objectives.window_start, objectives.file, objectives.objective_id, key_results.kr_id
"""
OBJECTIVES = """
    select objective_id, attainment, expected, status
    from okr.objective_attainment
    qualify row_number() over (partition by objective_id order by as_of_date desc, revision desc) = 1
"""
# a source whose inputs all reach the same day is named once; else each day with the inputs that end there
COVERAGE = """
    with reached as (
        select source, last_day, string_agg(input, ' and ' order by input) as inputs
        from core.coverage
        group by source, last_day
    ),
    named as (
        select
            last_day,
            case when count(*) over (partition by source) > 1 then source || ' ' || inputs else source end as name
        from reached
    )
    select string_agg(name, ', ' order by name), last_day from named group by last_day order by last_day desc
"""


@dataclass(frozen=True)
class Line:
    """One key result as of its newest day; numbers are null where they cannot be known."""

    objective_id: str
    objective: str
    owner: str | None
    window_start: date
    window_end: date
    ambition: str
    title: str
    unit: str
    kind: str
    as_of_date: date | None
    baseline: float | None
    value: float | None
    target: float | None
    target_written: str | None
    attainment: float | None
    expected: float | None
    status: str | None
    flag: str | None


@dataclass(frozen=True)
class Scorecard:
    """Everything that the scorecard shows."""

    as_of: date
    lines: tuple[Line, ...]
    objectives: dict[str, tuple[float | None, float | None, str]]
    coverage: tuple[tuple[str, date], ...]
    rejected_rows: int
    failed_files: int


def read_scorecard(engine: Engine) -> Scorecard:
    """The newest answers of a published warehouse."""
    ((as_of,),) = engine.rows("select as_of_date from ops.generations order by generation desc limit 1")
    ((rejected, failed),) = engine.rows(
        "select coalesce(sum(rows_rejected), 0), count(distinct file) filter (where status = 'failed' and file not in "
        "(select file from ops.loads where status = 'loaded')) from ops.loads"
    )
    return Scorecard(
        as_of=as_of,
        lines=tuple(Line(*row) for row in engine.rows(NEWEST)),
        objectives={
            key: (attainment, expected, status) for key, attainment, expected, status in engine.rows(OBJECTIVES)
        },
        coverage=tuple(engine.rows(COVERAGE)),
        rejected_rows=int(rejected),
        failed_files=int(failed),
    )


def render(card: Scorecard, width: int) -> RenderableType:
    """The scorecard for a terminal of that many columns."""
    parts: list[RenderableType] = [_heading(card)]
    for objective_id in dict.fromkeys(line.objective_id for line in card.lines):
        lines = [line for line in card.lines if line.objective_id == objective_id]
        shown_lines = _table(lines, width) if width >= VERY_NARROW_COLUMNS else _stacked(lines)
        parts += [Text(), _objective(lines[0], card.objectives.get(objective_id)), shown_lines]
    if not card.lines:
        parts.append(Text("No key results yet: describe one in okrs/*.yaml.", style="dim"))
    return Group(*parts)


def print_scorecard(card: Scorecard, console: Console) -> None:
    """Print it to fit the console; a pipe gets 110 columns unless COLUMNS says otherwise."""
    console.print(render(card, console.width))


def shown(value: float | None, unit: str) -> str:
    """A value as people read it: durations in their natural unit, shares in percent, '–' where not known."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{value * 100:.1f} %"
    if unit == "seconds":
        return _duration(value)
    if unit.startswith("of "):
        return f"{value:.2f} {unit}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def bar(attainment: float | None, expected: float | None, cells: int = BAR_CELLS) -> Text:
    """How far it is, with a mark where it should be today."""
    filled = 0 if attainment is None else round(attainment * cells)
    text = Text("█" * filled, style="cyan") + Text("─" * (cells - filled), style="dim")
    if expected is not None:
        mark = min(cells - 1, max(0, round(expected * cells) - 1))
        text = text[:mark] + Text("┃", style="bold") + text[mark + 1 :]
    share = "   –" if attainment is None else f"{attainment:4.0%}"
    return text + Text(f" {share}")


def _duration(seconds: float) -> str:
    for size, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} s"


def _heading(card: Scorecard) -> Text:
    sources = ", ".join(f"{names} to {day}" for names, day in card.coverage) or "no data yet"
    text = Text(f"As of {card.as_of}", style="bold") + Text(f"  ·  {sources}", style="dim")
    notes = []
    if card.rejected_rows:
        notes.append(f"{card.rejected_rows:,} rows rejected (core.rejected_rows)")
    if card.failed_files:
        notes.append(f"{card.failed_files} files failed (ops.loads)")
    return text + Text("".join(f"  ·  {note}" for note in notes), style="yellow")


def _objective(line: Line, answer: tuple[float | None, float | None, str] | None) -> Text:
    attainment, _, status = answer or (None, None, "not_started")
    share = "–" if attainment is None else f"{attainment:.0%}"
    about = f"  {share}  ·  {line.window_start} to {line.window_end}" + (f"  ·  {line.owner}" if line.owner else "")
    return Text(line.objective, style="bold") + Text("  ") + _status(status) + Text(about, style="dim")


def _status(status: str | None) -> Text:
    word = status or "not_started"
    symbol, style = LOOKS.get(word, QUIET_LOOK)
    return Text(f"{symbol} {word.replace('_', ' ')}", style=style)


def _target(line: Line) -> str:
    """The target, or as it is written while it has no value yet."""
    return (line.target_written or "open") if line.target is None else shown(line.target, line.unit)


def _table(lines: Sequence[Line], width: int) -> Table:
    """One row per key result. A narrow terminal loses the baseline."""
    table = Table(box=None, padding=(0, 1), pad_edge=False, expand=False)
    table.add_column("  key result", min_width=16, ratio=1, overflow="fold")
    columns: list[tuple[str, Any]] = [
        ("now", lambda line: Text(shown(line.value, line.unit))),
        ("target", lambda line: Text(_target(line))),
        ("status", lambda line: _status(line.status)),
    ]
    cells = BAR_CELLS if width >= NARROW_COLUMNS else BAR_CELLS // 2
    columns.insert(2, ("┃ expected today", lambda line: bar(line.attainment, line.expected, cells)))
    if width >= NARROW_COLUMNS:
        columns.insert(0, ("baseline", lambda line: Text(shown(line.baseline, line.unit))))
    for name, _ in columns:
        is_number = name in ("baseline", "now", "target")
        table.add_column(name, justify="right" if is_number else "left", no_wrap=True)
    for line in lines:
        table.add_row(Text(f"  {line.title}"), *(show(line) for _, show in columns))
    return table


def _stacked(lines: Sequence[Line]) -> Group:
    """For a very narrow terminal: each key result on lines of its own."""
    return Group(
        *(
            Group(
                Text(f"  {line.title}"),
                Text("    ") + bar(line.attainment, line.expected, BAR_CELLS // 2),
                Text(f"    {shown(line.value, line.unit)} of {_target(line)}  ") + _status(line.status),
            )
            for line in lines
        )
    )
