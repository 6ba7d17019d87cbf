"""The scorecard in the terminal: objectives above those below them, how far all is and how far it should be."""

from collections.abc import Callable, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from okr_analytics.figures import UNKNOWN, in_words, print_neatly, shown, status_text
from okr_analytics.scorecard.reading import Line, Objective, Scorecard

BAR_CELLS = 20
NARROW_COLUMNS = 100
VERY_NARROW_COLUMNS = 64
MOST_WARNINGS = 5
STEP = 4  # columns that an objective below is moved in
NUMBERS = ("baseline", "now", "target")
MARKS = {"guardrail": "guardrail: ", "outcome": "outcome: "}
FLAGS = {"guardrail_breached": "guardrail breached", "outcome_divergence": "on track, but its outcome is not"}
Column = tuple[str, Callable[[Line], Text]]


def print_scorecard(card: Scorecard, console: Console) -> None:
    """Print it to fit the console; a pipe gets 110 columns unless COLUMNS says otherwise."""
    print_neatly(render(card, console.width), console)


def render(card: Scorecard, width: int) -> RenderableType:
    """The scorecard for a terminal of that many columns."""
    parts: list[RenderableType] = [_heading(card), *_warnings(card)]
    for each in card.objectives:
        parts += _cascade(each, width, 0)
    if not card.objectives:
        parts.append(Text("No key results yet: describe one in okrs/*.yaml.", style="dim"))
    return Group(*parts)


def bar(attainment: float | None, expected: float | None, cells: int = BAR_CELLS) -> Text:
    """How far it is, with a mark where it should be today."""
    filled = 0 if attainment is None else round(attainment * cells)
    text = Text("█" * filled, style="cyan") + Text("─" * (cells - filled), style="dim")
    if expected is not None:
        mark = min(cells - 1, max(0, round(expected * cells) - 1))
        text = text[:mark] + Text("┃", style="bold") + text[mark + 1 :]
    share = "   –" if attainment is None else f"{attainment:4.0%}"
    return text + Text(f" {share}")


def _heading(card: Scorecard) -> Text:
    sources = ", ".join(f"{names} to {day}" for names, day in card.coverage) or "no data yet"
    text = Text(f"As of {card.as_of}", style="bold") + Text(f"  ·  {sources}", style="dim")
    notes = []
    if card.rejected_rows:
        notes.append(f"{card.rejected_rows:,} rows rejected (core.rejected_rows)")
    if card.failed_files:
        notes.append(f"{card.failed_files} files failed (ops.loads)")
    return text + Text("".join(f"  ·  {note}" for note in notes), style="yellow")


def _warnings(card: Scorecard) -> list[Text]:
    """What checks warned of, the first of it; all is in ops.checks."""
    found = [line for each in card.warnings for line in each.found]
    told = [Text(f"warning: {line}", style="yellow") for line in found[:MOST_WARNINGS]]
    if len(found) > MOST_WARNINGS:
        told.append(Text(f"… {len(found) - MOST_WARNINGS} more warnings (ops.checks)", style="yellow"))
    return told


def _cascade(objective: Objective, width: int, depth: int) -> list[RenderableType]:
    """An objective with its lines, then those below it, each step further in."""
    inner = width - STEP * depth
    parts: list[RenderableType] = [Text(), _objective(objective)]
    if objective.outcome and not any(each.role == "outcome" for each in objective.lines):
        parts.append(Text(f"  outcome: {objective.outcome}", style="dim"))
    if objective.lines:
        is_wide = inner >= VERY_NARROW_COLUMNS
        parts.append(_table(objective.lines, inner) if is_wide else _stacked(objective.lines))
    found: list[RenderableType] = [Padding(Group(*parts), (0, 0, 0, STEP * depth))]
    for each in objective.children:
        found += _cascade(each, width, depth + 1)
    return found


def _objective(objective: Objective) -> Text:
    share = UNKNOWN if objective.attainment is None else f"{objective.attainment:.0%}"
    about = [share, f"{objective.window_start} to {objective.window_end}", objective.owner]
    text = Text(objective.title, style="bold") + Text("  ") + status_text(objective.status)
    text += Text(f"  {'  ·  '.join(each for each in about if each)}", style="dim")
    flags = objective.flag.split(", ") if objective.flag else []
    notes = [*(FLAGS.get(flag, in_words(flag)) for flag in flags), *(["restated"] if objective.is_restated else [])]
    return text + Text("".join(f"  ·  {note}" for note in notes), style="yellow")


def _table(lines: Sequence[Line], width: int) -> Table:
    """One row per key result. A narrow terminal loses the baseline."""
    cells = BAR_CELLS if width >= NARROW_COLUMNS else BAR_CELLS // 2
    columns: list[Column] = [
        ("now", lambda line: Text(_now(line))),
        ("target", lambda line: Text(_target(line))),
        ("┃ expected today", lambda line: bar(line.attainment, line.expected, cells)),
        ("status", _status),
    ]
    if width >= NARROW_COLUMNS:
        columns.insert(0, ("baseline", lambda line: Text(shown(line.baseline, line.unit))))
    table = Table(box=None, padding=(0, 1), pad_edge=False, expand=False)
    table.add_column("  key result", min_width=16, ratio=1, overflow="fold")
    for name, _ in columns:
        table.add_column(name, justify="right" if name in NUMBERS else "left", no_wrap=True)
    for line in lines:
        table.add_row(_title(line), *(show(line) for _, show in columns))
    return table


def _stacked(lines: Sequence[Line]) -> Group:
    """For a very narrow terminal: each key result on lines of its own."""
    return Group(
        *(
            Group(
                _title(line),
                Text("    ") + bar(line.attainment, line.expected, BAR_CELLS // 2),
                Text(f"    {_now(line)} of {_target(line)}  ") + _status(line),
            )
            for line in lines
        )
    )


def _title(line: Line) -> RenderableType:
    """What it is, and what people say of it beside the computed status."""
    title = Text(MARKS.get(line.role, ""), style="dim") + Text(line.title)
    sure = None if line.confidence is None else f"confidence {line.confidence:g}/10"
    said = [each for each in (line.human_status and in_words(line.human_status), sure) if each]
    note = Text(f"\npeople: {', '.join(said)}", style="dim") if said else Text()
    return Padding(title + note, (0, 0, 0, 2))


def _status(line: Line) -> Text:
    """The computed status, and whether it was restated."""
    return status_text(line.status) + (Text(" restated", style="yellow") if line.is_restated else Text())


def _now(line: Line) -> str:
    """The value; what people do is counted."""
    n = line.n or 0
    if line.kind == "milestone":
        return f"{n} of {line.milestone_count} ticked"
    if line.kind == "all_of":
        return f"{n} of {line.part_count} parts"
    if line.kind == "cadence":
        return f"{line.value or 0:.0f} of {n} {line.unit}"
    if line.kind == "maintain" and line.value is not None:
        return f"{line.value * n:.0f} of {n} {line.grain}s"
    return shown(line.value, line.unit)


def _target(line: Line) -> str:
    """The target, or as it is written while it has no value yet."""
    if line.kind in ("milestone", "cadence", "all_of"):
        return "all"
    return (line.target_written or "open") if line.target is None else shown(line.target, line.unit)
