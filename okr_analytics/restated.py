"""What moved, in the terminal: per key result and objective the restated days, from what to what, and why."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from okr_analytics.figures import CAUSES, shown
from okr_analytics.okr.keeping.moves import Move


def told(moves: Sequence[Move], verb: str) -> RenderableType:
    """A table of what moved; `verb` is 'moved' or 'would move'."""
    if not moves:
        return Text(f"No number {verb}.")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("key result or objective", "restated days", "newest", "status", "why"):
        table.add_column(Text(name), overflow="fold")
    for each in moves:
        table.add_row(*map(Text, (each.what, _days(each), _newest(each), _status(each), CAUSES[each.cause])))
    days, flips = sum(each.days for each in moves), sum(each.flips for each in moves)
    return Group(table, Text(f"{days} numbers {verb}; the status is another on {flips} days."))


def _days(move: Move) -> str:
    return f"{move.first} to {move.last} ({move.days})"


def _newest(move: Move) -> str:
    """What moved on the newest restated day: baseline, target, value and attainment, where they did."""
    said = []
    for name in ("value", "baseline", "target"):
        old, new = move.newest[f"old_{name}"], move.newest[f"new_{name}"]
        if old != new:
            said.append(f"{name} {shown(old, move.unit)} → {shown(new, move.unit)}")
    old, new = move.newest["old_attainment"], move.newest["new_attainment"]
    said.append(f"{shown(old, 'share')} → {shown(new, 'share')} reached")
    return ", ".join(said)


def _status(move: Move) -> str:
    old, new = (str(move.newest[name]).replace("_", " ") for name in ("old_status", "new_status"))
    flips = f", flips on {move.flips} days" if move.flips else ""
    return (old if old == new else f"{old} → {new}") + flips
