"""A profile for a table that no known profile fits: columns, formats, zone, units, words, and all doubts about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from okr_analytics.detection.apart import times_beside
from okr_analytics.detection.evidence import read_of
from okr_analytics.detection.facts import Facts
from okr_analytics.detection.matched import Matched
from okr_analytics.detection.matching import TICKETS
from okr_analytics.detection.order import Written, formats_together, written
from okr_analytics.detection.proposal import Asked, Doubt, Read
from okr_analytics.detection.sample import Sample
from okr_analytics.detection.units import Counted, unit_of, units_said
from okr_analytics.detection.wording import Wording, said_missing, wording
from okr_analytics.detection.zone import Zone, zone_of
from okr_analytics.landing.instants import read_instants

ELAPSED = {
    "first_response": "first_response_at",
    "first_resolution": "first_resolved_at",
    "full_resolution": "resolved_at",
}
NEAR = 0.08
MOST_ROWS_EACH = 1.02
KEY = ("ticket_id", "status", "opened_at", "first_response_at", "resolved_at", "closed_at")


@dataclass
class Draft:
    """What a profile would say, as its YAML has it, and everything that people should know about it."""

    data: dict[str, Any]
    reads: list[Read]
    order: Written
    zone: Zone
    evidence: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def drafted(taken: Sample, columns: Sequence[Facts], who: Matched, asked: Asked, name: str, now: datetime) -> Draft:
    """The profile that the table asks for."""
    mapped = dict(who.columns)
    beside = times_beside(mapped, columns)
    dated = [each for ours, each in mapped.items() if ours in TICKETS.instants] + (
        [who.history.at] if who.history else []
    )
    order = written(dated, taken, asked.dates, _pair(mapped), now)
    formats = formats_together(order, mapped, beside)
    zone = zone_of(dated, asked.time_zone)
    counted = _counted(taken, mapped, order, who)
    unknown = [ours for ours, each in counted.items() if not each.is_known and each.unit is None]
    for ours in unknown:
        mapped.pop(ours)
    said = wording(mapped, is_log=who.history is not None)
    data = {
        "title": f"{name.replace('_', ' ').replace('-', ' ').capitalize()} (proposed from {taken.path.name})",
        "kind": "events" if who.history else "tickets",
        "instants": {**({"formats": list(formats)} if formats else {}), "time_zone": zone.name},
        "missing": said_missing(said.missing),
        "columns": {ours: zone.header(each) for ours, each in _in_order(mapped) if ours not in beside},
        "together": {ours: [mapped[ours].header, time.header] for ours, time in beside.items()},
        "units": units_said({ours: each for ours, each in counted.items() if ours in mapped}),
        "optional": sorted(
            ours for ours, each in mapped.items() if each.header in taken.lacking and ours not in TICKETS.required
        ),
        "words": said.words,
        "events": _events(who),
    }
    draft = Draft({key: value for key, value in data.items() if value}, [], order, zone)
    draft.reads = [
        read_of(ours, who, mapped[ours], counted.get(ours), said, beside.get(ours)) for ours, _ in _in_order(mapped)
    ]
    draft.evidence = [*order.evidence, *([zone.why] if not zone.is_assumed else [])]
    draft.assumptions = [*_assumed(who, zone), *said.assumptions, *_missing_said(said)]
    draft.doubts = [
        *([order.doubt] if order.doubt else []),
        *zone.doubts,
        *_near(who, mapped),
        *_units_unknown(who, counted),
        *said.doubts,
        *_unread_cells(dated),
        *_repeated(who),
        *_bare_days(mapped, beside),
    ]
    return draft


def _in_order(mapped: Mapping[str, Facts]) -> list[tuple[str, Facts]]:
    """Our columns as people think of them: the id, what it is about, who, the instants, the figures."""
    ranks = {ours: rank for rank, ours in enumerate((
        "ticket_id", "status", "opened_at", "first_response_at", "first_resolved_at", "resolved_at", "closed_at", "reopened_at",
        "escalated_at", "updated_at", "channel", "topic", "priority", "team", "agent", "segment", "customer", "tags",
    ))}  # fmt: skip
    return sorted(mapped.items(), key=lambda each: (ranks.get(each[0], len(ranks)), each[0]))


def _pair(mapped: Mapping[str, Facts]) -> tuple[str, str] | None:
    if "opened_at" in mapped and "resolved_at" in mapped:
        return mapped["opened_at"].header, mapped["resolved_at"].header
    return None


def _counted(taken: Sample, mapped: Mapping[str, Facts], order: Written, who: Matched) -> dict[str, Counted]:
    return {
        ours: unit_of(column, taken.rows[column.header], _elapsed(ours, taken, mapped, order, who))
        for ours, column in mapped.items()
        if ours in TICKETS.durations
    }


def _elapsed(ours: str, taken: Sample, mapped: Mapping[str, Facts], order: Written, who: Matched) -> pl.Series | None:
    """The seconds between the instants that a figure is about; null where a table has none."""
    end = next((end for start, end in ELAPSED.items() if ours == f"source_{start}_calendar_seconds"), None)
    if not end or end not in mapped or "opened_at" not in mapped or who.history:
        return None
    opened, ended = (
        read_instants(taken.rows[mapped[each].header].str.strip_chars(), order.formats, "UTC")
        for each in ("opened_at", end)
    )
    return (ended - opened).dt.total_seconds().cast(pl.Float64)


def _events(who: Matched) -> dict[str, Any] | None:
    if not who.history:
        return None
    said: dict[str, Any] = {"at": who.history.at.header}
    if who.history.sequence:
        said["sequence"] = who.history.sequence.header
    if who.is_first_event:
        said["opened_at"] = "first_event"
    return said


def _assumed(who: Matched, zone: Zone) -> list[str]:
    said = [zone.why] if zone.is_assumed else []
    if who.history:
        said.append(
            f"a row is an event of a ticket: an id comes {who.history.each:.1f} times, and {who.history.at.header} and {who.history.status.header} change"
        )
    if who.is_first_event:
        said.append(
            "no column says the opening, so a ticket is opened at its first event; a log that begins in the middle of tickets opens these late"
        )
    if who.only_end:
        said.append(f"{who.only_end} is the only end that the file tells, so it is when a ticket is resolved")
    return said


def _missing_said(said: Wording) -> list[str]:
    if not said.missing:
        return []
    listed = ", ".join(
        f"'{word}' ({count:,})" for word, count in sorted(said.missing.items(), key=lambda each: -each[1])[:12]
    )
    return [f"read as no value: {listed}"]


def _near(who: Matched, mapped: Mapping[str, Facts]) -> list[Doubt]:
    """Columns that two headers could be about as well; and those whose header hardly says so."""
    used = {column.header for column in mapped.values()}
    doubts = []
    for ours in mapped:
        match = who.best[ours]
        rivals = [
            each.column.header
            for each in who.found.get(ours, ())
            if each.column.header not in used and each.score >= match.score - NEAR
        ]
        if rivals and ours in KEY:
            doubts.append(
                Doubt(
                    f"{ours}: {match.column.header} is taken, {' or '.join(rivals)} could be it as well",
                    f"look at both; change columns: {ours} if needed",
                )
            )
        elif not match.is_sure and not match.column.is_empty and ours in KEY:
            doubts.append(
                Doubt(
                    f"{ours}: {match.column.header} is not clearly called so",
                    "see that it is what it says, or name another",
                )
            )
    if who.history and len(who.history.also_at):
        others = ", ".join(each.header for each in who.history.also_at)
        doubts.append(
            Doubt(
                f"an event's instant: {who.history.at.header} is taken, {others} change with every event too",
                "change events: at if needed",
            )
        )
    if who.history and (rivals := [each.header for each in who.history.also_status]):
        doubts.append(
            Doubt(
                f"status: {who.history.status.header} is taken, {', '.join(rivals)} could be it as well",
                "look at both; change columns: status if needed",
            )
        )
    return doubts


def _units_unknown(who: Matched, counted: Mapping[str, Counted]) -> list[Doubt]:
    doubts = []
    for ours, each in counted.items():
        header = who.best[ours].column.header
        if not each.is_known and each.unit is None:
            doubts.append(
                Doubt(
                    f"{header}: {each.why}, so it is left out",
                    f"if it is {ours}, add it to columns and its unit to units",
                )
            )
        elif not each.is_known:
            doubts.append(Doubt(f"{header}: {each.why}", "see which is right"))
    return doubts


def _repeated(who: Matched) -> list[Doubt]:
    """Ids that come again though the rows are no events."""
    if who.history or who.repeated.each <= MOST_ROWS_EACH:
        return []
    header = who.best["ticket_id"].column.header
    found = f"{header} comes {who.repeated.each:.2f} times in a file; rows of one ticket are taken for its versions, of which the newest counts"
    return [Doubt(found, "see that it is the ticket's id, and that a row is no comment or task of it")]


def _bare_days(mapped: Mapping[str, Facts], beside: Mapping[str, Facts]) -> list[Doubt]:
    """Days without a time, beside instants that have one: a ticket may end before it begins."""
    bare = {
        ours: each
        for ours, each in mapped.items()
        if ours not in beside and each.dates and each.dates.day_only_share == 1
    }
    if "opened_at" in bare:
        found = f"{bare['opened_at'].header} says the day without a time, so durations are exact to a day only"
        return [Doubt(found, "export the time too if the helpdesk knows it")]
    ends = [each.header for ours, each in bare.items() if ours in ("first_response_at", "resolved_at", "closed_at")]
    if not ends or "opened_at" not in mapped:
        return []
    found = f"{' and '.join(ends)} {'say' if len(ends) > 1 else 'says'} the day without a time, which is read as its midnight: a ticket that ends on the day it was opened ends before it"
    return [Doubt(found, "export the time too if the helpdesk knows it")]


def _unread_cells(dated: Sequence[Facts]) -> list[Doubt]:
    """Filled cells of instants that are none."""
    doubts = []
    for column in dated:
        if column.dates and column.dates.others:
            cells = sum(column.dates.others.values())
            repeated = [
                f"'{cell}' ({count:,})" for cell, count in column.dates.others.items() if count > 1 and len(cell) <= 24
            ][:5]
            like = f", like {', '.join(repeated)}" if repeated else ""
            doubts.append(
                Doubt(
                    f"{column.header}: {cells:,} cells are no instant{like}; their rows are rejected",
                    "name the words that mean no value under missing, or mend them at the source",
                )
            )
    return doubts
