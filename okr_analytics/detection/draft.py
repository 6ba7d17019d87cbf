"""A profile for a table that no known profile fits: columns, formats, zone, units, words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from okr_analytics.detection import doubts
from okr_analytics.detection.apart import times_beside
from okr_analytics.detection.evidence import read_of, read_of_events
from okr_analytics.detection.facts import Facts, merged
from okr_analytics.detection.holding import TICKETS
from okr_analytics.detection.matched import Matched
from okr_analytics.detection.order import Written, formats_together, written
from okr_analytics.detection.proposal import Asked, Doubt, Read
from okr_analytics.detection.sample import Sample
from okr_analytics.detection.units import Counted, unit_of, units_said
from okr_analytics.detection.wording import Wording, wording
from okr_analytics.detection.zone import Zone, zone_of
from okr_analytics.landing.instants import read_instants

ELAPSED = {
    "source_first_response_calendar_seconds": "first_response_at",
    "source_first_resolution_calendar_seconds": "first_resolved_at",
    "source_full_resolution_calendar_seconds": "resolved_at",
}
MOST_MISSING = 12
IN_ORDER = (
    "ticket_id", "status", "opened_at", "first_response_at", "first_resolved_at", "resolved_at", "closed_at",
    "reopened_at", "escalated_at", "updated_at", "channel", "topic", "priority", "team", "agent", "segment", "customer",
    "tags",
)  # fmt: skip
"""Our columns as people think of them; figures follow by name."""


@dataclass(frozen=True)
class Draft:
    """What a profile would say, as its YAML has it, and everything that people should know about it.
    `has_offsets`: each instant says its own."""

    data: Mapping[str, Any]
    reads: tuple[Read, ...]
    order: Written
    has_offsets: bool
    evidence: tuple[str, ...]
    assumptions: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def drafted(taken: Sample, columns: Sequence[Facts], who: Matched, asked: Asked, name: str, now: datetime) -> Draft:
    """The profile that the table asks for."""
    beside = times_beside(who.columns, columns)
    dated = [*_instants(who)]
    order = written(dated, taken, asked.dates, _pair(who.columns), now)
    zone = zone_of(dated, asked.time_zone)
    counted = _counted(taken, who, order)
    mapped = {
        ours: merged(each, who.also.get(ours, ()))
        for ours, each in _in_order(who.columns)
        if ours not in counted or not counted[ours].is_left_out
    }
    said = wording(mapped, is_log=who.history is not None)
    return Draft(
        data={
            "title": f"{name.replace('_', ' ').capitalize()} (proposed from {taken.path.name})",
            **_data(taken, who, mapped, beside, formats_together(order, mapped, beside), zone, counted, said),
        },
        reads=(
            *(read_of(ours, who, each, counted.get(ours), beside.get(ours)) for ours, each in mapped.items()),
            *read_of_events(who),
        ),
        order=order,
        has_offsets=zone.is_in_cells,
        evidence=(*order.evidence, *([] if zone.is_assumed else [zone.why])),
        assumptions=(*_assumed(who, zone), *said.assumptions, *_missing_said(said)),
        doubts=(
            *([order.doubt] if order.doubt else []),
            *zone.doubts,
            *doubts.of_names(who, mapped),
            *doubts.of_units(who, counted),
            *said.doubts,
            *doubts.of_cells(dated),
            *doubts.of_repeats(who),
            *doubts.of_ends(who),
            *doubts.of_answers(who, mapped),
            *doubts.of_bare_days(mapped, beside),
        ),
    )


def _data(
    taken: Sample,
    who: Matched,
    mapped: Mapping[str, Facts],
    beside: Mapping[str, Facts],
    formats: Sequence[str],
    zone: Zone,
    counted: Mapping[str, Counted],
    said: Wording,
) -> dict[str, Any]:
    """What the profile says; what is nothing is left out."""
    data = {
        "kind": "events" if who.history else "tickets",
        "instants": {**({"formats": list(formats)} if formats else {}), "time_zone": zone.name},
        "missing": sorted(said.missing),
        "columns": {ours: _headers(ours, who, zone) for ours in mapped if ours not in beside},
        "together": {ours: [mapped[ours].header, time.header] for ours, time in beside.items()},
        "units": units_said({ours: each for ours, each in counted.items() if ours in mapped}),
        "optional": _lacking(taken, who, mapped),
        "words": said.words,
        "events": _events(who),
    }
    return {key: value for key, value in data.items() if value}


def _headers(ours: str, who: Matched, zone: Zone) -> str | list[str]:
    """A column's header, or several that it has in several files."""
    first, *others = (zone.header(column) for column in who.all_of(ours))
    return [first, *others] if others else first


def _instants(who: Matched) -> Iterator[Facts]:
    """The columns that are read as instants."""
    yield from (column for ours in who.best if ours in TICKETS.instants for column in who.all_of(ours))
    if who.history:
        yield who.history.at


def _in_order(mapped: Mapping[str, Facts]) -> list[tuple[str, Facts]]:
    ranks = {ours: rank for rank, ours in enumerate(IN_ORDER)}
    return sorted(mapped.items(), key=lambda each: (ranks.get(each[0], len(ranks)), each[0]))


def _pair(mapped: Mapping[str, Facts]) -> tuple[str, str] | None:
    if "opened_at" in mapped and "resolved_at" in mapped:
        return mapped["opened_at"].header, mapped["resolved_at"].header
    return None


def _lacking(taken: Sample, who: Matched, mapped: Mapping[str, Facts]) -> list[str]:
    """Our columns that some file of a folder has under no header."""
    lacking = {
        ours: frozenset.intersection(*(taken.lacking(each.header) for each in who.all_of(ours))) for ours in mapped
    }
    return sorted(ours for ours, files in lacking.items() if files and ours not in TICKETS.required)


def _counted(taken: Sample, who: Matched, order: Written) -> dict[str, Counted]:
    return {
        ours: unit_of(column, taken.rows[column.header], _elapsed(ours, taken, who, order))
        for ours, column in who.columns.items()
        if ours in TICKETS.durations
    }


def _elapsed(ours: str, taken: Sample, who: Matched, order: Written) -> pl.Series | None:
    """The seconds between the instants that a figure is about; null where a table has none."""
    end = ELAPSED.get(ours)
    if end not in who.columns or "opened_at" not in who.columns or who.history:
        return None
    headers = (who.columns["opened_at"].header, who.columns[end].header)
    opened, ended = (read_instants(taken.rows[each].str.strip_chars(), order.formats, "UTC") for each in headers)
    return (ended - opened).dt.total_seconds().cast(pl.Float64)


def _events(who: Matched) -> dict[str, Any] | None:
    if not who.history:
        return None
    sequence = {"sequence": who.history.sequence.header} if who.history.sequence else {}
    opening = {"opened_at": "first_event"} if who.is_first_event else {}
    return {"at": who.history.at.header, **sequence, **opening}


def _assumed(who: Matched, zone: Zone) -> Iterator[str]:
    if zone.is_assumed:
        yield zone.why
    if who.history:
        changing = f"{who.history.at.header} and {who.history.status.header} change"
        yield f"a row is an event of a ticket: an id comes {who.history.each:.1f} times, and {changing}"
    if who.is_first_event:
        yield (
            "no column says the opening, so a ticket is opened at its first event; a log that begins in the middle of "
            "tickets opens these late"
        )
    if who.only_end:
        yield f"{who.only_end} is the only end that the file tells, so it is when a ticket is resolved"


def _missing_said(said: Wording) -> Iterator[str]:
    ranked = sorted(said.missing.items(), key=lambda each: (-each[1], each[0]))[:MOST_MISSING]
    if ranked:
        listed = ", ".join(f"'{word}' ({count:,})" for word, count in ranked)
        yield f"read as no value: {listed}"
