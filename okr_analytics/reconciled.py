"""The sources' own figures beside ours, summed up from core.reconciliation: how many agree, and where the others lead.

What the causes mean is in sql/DECISIONS.md, "The source's own figures".
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from okr_analytics.contracts.columns import CLOCKS, TIMED
from okr_analytics.contracts.core import CAUSES_OF_DIFFERENCE
from okr_analytics.errors import UsageError, did_you_mean
from okr_analytics.figures import counted, in_words, percent, shown
from okr_analytics.tickets.build import DURATIONS
from okr_analytics.warehouse.engine import Engine, literal
from okr_analytics.warehouse.queries import query

AGREEING = ("agrees", "rounding")
LOOKED_AT = tuple(cause for cause in CAUSES_OF_DIFFERENCE if cause not in AGREEING)
NOTHING = (
    "Nothing to compare: {who} of its own. Where an export has some, like minutes to full resolution, name its header "
    "under source_full_resolution_calendar_seconds in the profile; 'okr sources show NAME' lists what a profile maps."
)
HINTS = {
    "missing": "{theirs} not told by the source, {ours} not known to us (no instant is mapped, or it could not stand)",
    "reopened": "the two may count to different solves; look whether the profile maps the one that the source means",
    "time_zone": "compare instants.time_zone of the profile with the zone in which the source writes its export",
    "schedule": "other hours or holidays; compare the schedule of the account with desk.yaml{unknown}",
    "unexplained": "look these tickets up in the source: it may count from or to another event",
}


@dataclass(frozen=True)
class Compared:
    """One measure of a source on one clock: how many tickets; of how many both sides are known, and how far they are
    apart there; how many there are of each cause."""

    source: str
    measure: str
    clock: str
    n: int
    both_known: int
    median_seconds: float | None
    largest_seconds: int | None
    without_hours: int
    ours_missing: int
    theirs_missing: int
    causes: dict[str, int]

    @property
    def agreeing_share(self) -> float | None:
        """Of the tickets of which both sides are known, the share whose figures agree or differ by rounding; null where
        there is none."""
        agreeing = sum(self.causes.get(cause, 0) for cause in AGREEING)
        return agreeing / self.both_known if self.both_known else None


@dataclass(frozen=True)
class Example:
    """A ticket whose figures do not agree."""

    source: str
    ticket_id: str
    measure: str
    clock: str
    ours_seconds: int | None
    theirs_seconds: int | None
    difference_seconds: int | None
    cause: str


@dataclass(frozen=True)
class Reconciled:
    """What is said of the source that is asked for, or of all. `left_out` counts, per source and measure, tickets whose
    instant is the source's own figure: by the calendar nothing is compared there."""

    asked: str | None
    compared: Sequence[Compared]
    examples: Sequence[Example]
    left_out: Sequence[tuple[str, str, int]]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "compared": [{**asdict(each), "agreeing_share": each.agreeing_share} for each in self.compared],
            "left_out": [dict(zip(("source", "measure", "n"), each, strict=True)) for each in self.left_out],
            "tickets": [asdict(each) for each in self.examples],
        }


def reconciled(engine: Engine, source: str | None, most: int) -> Reconciled:
    """The figures of a source (null: of all), with at most so many tickets per source and cause (0: all).

    Raises UsageError where there is no such source.
    """
    known = [name for (name,) in engine.rows("select distinct source from core.coverage")]
    if source is not None and source not in known:
        raise UsageError(f"no source '{source}' is published{did_you_mean(source, known)}")
    rows = engine.frame(query("reconciliation_counts"), {"source": source}).iter_rows(named=True)
    compared = sorted(map(_compared, rows), key=_place)
    examples = engine.rows(query("reconciliation_examples"), {"source": source, "most": most})
    return Reconciled(source, compared, [Example(*row) for row in examples], _left_out(engine, source))


def _place(each: Compared) -> tuple[str, int, int]:
    return each.source, TIMED.index(each.measure), CLOCKS.index(each.clock)


def _compared(said: dict[str, Any]) -> Compared:
    causes = {cause: n for cause in CAUSES_OF_DIFFERENCE if (n := said.pop(cause))}
    return Compared(**said, causes=causes)


def _left_out(engine: Engine, source: str | None) -> list[tuple[str, str, int]]:
    """Tickets of which the instant is derived from the source's figure."""
    which = f"source = {literal(source)}" if source else "true"
    each = (
        f"select source, {literal(timed)} as measure, count(*) as n from core.tickets "
        f"where {end.removesuffix('_at')}_from = 'derived' and {which} group by source"
        for timed, end in DURATIONS.items()
    )
    return engine.rows(f"select * from ({' union all '.join(each)}) order by all")


def told(found: Reconciled) -> RenderableType:
    """What was found, as people read it."""
    if not found.compared and not found.left_out:
        who = f"{found.asked} tells no figure" if found.asked else "no published source tells a figure"
        return Text(NOTHING.format(who=who))
    parts: list[RenderableType] = [_table(found.compared)] if found.compared else []
    parts += map(Text, _left_out_said(found))
    for source, cause in dict.fromkeys((each.source, each.cause) for each in found.examples):
        parts += _where_to_look(found, source, cause)
    return Group(*parts)


def _left_out_said(found: Reconciled) -> Iterator[str]:
    """A line per source whose figures give us instants."""
    for source in dict.fromkeys(source for source, *_ in found.left_out):
        which = ", ".join(f"{in_words(measure)} of {n:,}" for each, measure, n in found.left_out if each == source)
        yield f"\n{source}: what follows from its own figure is not compared with it by the calendar ({which})."


def _table(compared: Sequence[Compared]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("source", "measure", "clock"):
        table.add_column(Text(name), overflow="fold")
    for name in ("tickets", "both known", "agree", "median apart", "most apart"):
        table.add_column(Text(name), justify="right")
    table.add_column(Text("the others"), overflow="fold")
    for each in compared:
        table.add_row(*map(Text, _cells(each)))
    return table


def _cells(each: Compared) -> Iterator[str]:
    yield from (each.source, in_words(each.measure), each.clock)
    yield from (f"{each.n:,}", f"{each.both_known:,}", percent(each.agreeing_share, 1))
    yield from (shown(seconds, "seconds") for seconds in (each.median_seconds, each.largest_seconds))
    yield ", ".join(f"{each.causes[cause]:,} {in_words(cause)}" for cause in LOOKED_AT if cause in each.causes)


def _where_to_look(found: Reconciled, source: str, cause: str) -> list[RenderableType]:
    """A cause of a source: how often, what to look at, and the tickets that are furthest apart."""
    of_source = [each for each in found.compared if each.source == source and cause in each.causes]
    n = sum(each.causes[cause] for each in of_source)
    without_hours = sum(each.without_hours for each in of_source)
    hint = HINTS[cause].format(
        ours=sum(each.ours_missing for each in of_source),
        theirs=sum(each.theirs_missing for each in of_source),
        unknown=f", which gives no hours for {counted(without_hours, 'figure')}" if without_hours else "",
    )
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("", "ticket", "measure", "clock", "ours", "theirs", "apart"):
        table.add_column(Text(name), overflow="fold")
    for each in found.examples:
        if (each.source, each.cause) == (source, cause):
            table.add_row(*map(Text, ("", each.ticket_id, in_words(each.measure), each.clock, *_figures(each))))
    return [Text(f"\n{source}, {n:,} {in_words(cause)}: {hint}."), table]


def _figures(each: Example) -> Iterator[str]:
    for seconds in (each.ours_seconds, each.theirs_seconds):
        yield shown(seconds, "seconds")
    apart = each.difference_seconds
    yield shown(None, "") if apart is None else f"{'−' if apart < 0 else '+'}{shown(abs(apart), 'seconds')}"
