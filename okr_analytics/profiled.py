"""A profile as people read it: which header is which of our columns, how its cells are read, and what it can feed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from okr_analytics.contracts.kinds import KINDS
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.sources.vocabulary import DESK
from okr_analytics.warehouse.engine import Engine, literal

Fed = Mapping[str, tuple[date, date]]
"""Measures that a published source feeds, with the first and last day that it covers."""
UNITS = {"since_1970": "since 1970", "remaining": "time that remains"}


@dataclass(frozen=True)
class Profiled:
    """A profile, its name, the file that it stands in, what it could feed (null) or lacks, and what its source does
    feed: null where nothing is published."""

    name: str
    profile: SourceProfile
    file: str
    feeding: Mapping[str, str | None]
    fed: Fed | None = None

    @property
    def source(self) -> str:
        """The source that its rows belong to."""
        return self.profile.source or self.name


def fed(engine: Engine, source: str) -> Fed:
    """What a published source feeds."""
    rows = engine.rows(f"select measure, first_day, last_day from core.feeds where source = {literal(source)}")
    return {measure: (first, last) for measure, first, last in rows}


def share_said(feeding: Mapping[str, str | None]) -> str | None:
    """How many measures a profile can feed, of those that its kind is asked for; null where it is asked for none."""
    return f"{sum(lack is None for lack in feeding.values())} of {len(feeding)}" if feeding else None


def told(found: Profiled) -> RenderableType:
    """All that is said of it."""
    return Group(
        *(Text(line) for line in _opening(found)),
        Text(""),
        _columns(found.profile),
        *(Text(line) for line in _words(found.profile)),
        Text(""),
        *_measures(found),
    )


def _opening(found: Profiled) -> Iterator[str]:
    profile, instants = found.profile, found.profile.instants
    yield f"{profile.title}  ({found.name})"
    yield f"{profile.kind} below exports/{found.name}/, source {found.source}; profile {found.file}"
    zone = "in the zone of the desk" if instants.time_zone == DESK else f"in {instants.time_zone}"
    forms = f"as {' or '.join(instants.formats)}, else ISO 8601" if instants.formats else "as ISO 8601"
    yield f"Instants: {forms}; {zone} where they name no other"
    if desk_zone := profile.desk_time_zone:
        yield f"Days: those of a desk in {desk_zone}"
    if words := [word for word in profile.missing if word]:
        yield f"No value: an empty cell, {', '.join(words)}"


def _columns(profile: SourceProfile) -> Table:
    table = _plain_table("our column", "header", "bare numbers", "")
    for ours, headers in profile.columns.items():
        needed = "" if profile.is_required(ours) else "may be absent"
        table.add_row(*map(Text, (ours, " or ".join(headers), _unit(profile, ours, headers), needed)))
    for ours, parts in profile.together.items():
        table.add_row(*map(Text, (ours, " and ".join(" or ".join(each) for each in parts), "", "read together")))
    if events := profile.events:
        of_events = {"each event's instant": events.at, "order of events": events.sequence}
        for what, header in of_events.items():
            if header:
                table.add_row(*map(Text, (what, header, "", "")))
        if events.response:
            rule = f"not {' or '.join(events.response.not_in)}"
            table.add_row(*map(Text, ("first response", events.response.column, "", rule)))
    return table


def _unit(profile: SourceProfile, ours: str, headers: Sequence[str]) -> str:
    """The unit of bare numbers, where the column is a duration; by header where they differ."""
    kind = KINDS[profile.kind]
    units = {header: profile.unit(ours, header) for header in headers}
    if ours not in kind.durations and set(units.values()) == {"s"}:
        return ""
    said = {UNITS.get(unit, unit) for unit in units.values()}
    if len(said) == 1:
        return said.pop()
    return ", ".join(f"{header}: {UNITS.get(unit, unit)}" for header, unit in units.items())


def _words(profile: SourceProfile) -> Iterator[str]:
    """The profile's own words, beside those that every profile knows."""
    for column, folding in profile.words.items():
        said = "; ".join(f"{ours} = {', '.join(map(str, words))}" for ours, words in folding.items())
        yield f"Words of {column}: {said}"


def _measures(found: Profiled) -> Iterator[RenderableType]:
    if not found.feeding:
        yield Text("It feeds what its rows name; no shipped measure asks for it.")
        return
    yield Text(f"It can feed {share_said(found.feeding)} measures ('okr kpis' lists the KPIs on them).")
    headings = ("measure", "can be fed", *(() if found.fed is None else ("published",)))
    table = _plain_table(*headings)
    for measure, lack in found.feeding.items():
        row = (measure, lack or "yes", *(() if found.fed is None else (_days(found.fed, measure, lack),)))
        table.add_row(*map(Text, row))
    yield table
    if found.fed is None:
        yield Text("Nothing is published yet; 'okr run' shows what the files tell.")


def _days(fed: Fed, measure: str, lack: str | None) -> str:
    """The days that are covered; a column that is mapped may be empty in every row."""
    if measure in fed:
        first, last = fed[measure]
        return f"{first} to {last}"
    return "" if lack else "nothing yet"


def _plain_table(*names: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in names:
        table.add_column(Text(name), overflow="fold")
    return table
