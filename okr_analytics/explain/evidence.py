"""The rows behind a value: how many count, the most telling of them, and what does not count with its reason."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from okr_analytics.explain.excluded import Excluded, excluded
from okr_analytics.explain.recompute import Recomputed, listed, recompute
from okr_analytics.explain.row_selection import RowSelection, selections, sources_kept
from okr_analytics.explain.section import Grid, Section
from okr_analytics.explain.told import Told
from okr_analytics.explain.words import filter_said
from okr_analytics.figures import Scale, scale
from okr_analytics.warehouse.engine import Engine

KEY = "evidence"
YES, NO = "yes", "no"


def evidence(engine: Engine, told: Told, most: int) -> Section | None:
    """What the value of the day rests on; null where nothing is measured. `most` rows are shown; 0: all."""
    if not told.definition.measures:
        return None
    found = list(selections(engine, told.definition, told.day))
    if not found:
        return Section(
            KEY, "The rows behind it", ["Nothing is looked at yet."], figures={"counted": [], "excluded": []}
        )
    counts = [recompute(engine, each, _scale_of(told, each)) for each in found]
    title = f"The {counts[0].things} behind it"
    rows = [listed(engine, each, most) for each in found]
    apart = [excluded(engine, each, sources_kept(told.definition)) for each in found]
    parts: list[str | Grid] = [_days_said(told, found[0]), *_ratio(told, counts)]
    for each, listing, rest in zip(counts, rows, apart, strict=True):
        parts += _parts(each, listing, rest, is_one_of_two=len(found) > 1)
    return Section(
        KEY,
        title,
        parts,
        {
            **_days(found[0]),
            "counted": [each.as_json(listing) for each, listing in zip(counts, rows, strict=True)],
            "excluded": [
                {"kpi_id": each.selection.kpi.kpi_id, **row.as_json()}
                for each, rest in zip(counts, apart, strict=True)
                for row in rest
            ],
        },
    )


def _parts(
    counted: Recomputed, rows: list[dict[str, Any]], rest: list[Excluded], *, is_one_of_two: bool
) -> Iterator[str | Grid]:
    """How many count, the most telling of them, and what does not count."""
    of = f" for {counted.selection.kpi.kpi_id}" if is_one_of_two else ""
    thing = counted.thing if counted.n == 1 else counted.things
    yield f"{counted.n:,} {thing} {'counts' if counted.n == 1 else 'count'}{of}. {counted.how}".strip()
    if rows:
        yield _grid(counted, rows)
    if counted.n > len(rows):
        yield f"{counted.n - len(rows):,} more count; --tickets 0 lists all."
    if rest:
        cells = [(each.said, f"{each.count:,}", ", ".join(each.examples)) for each in rest]
        yield Grid((f"not counted{of}", "", "for example"), cells, frozenset((1,)))


def _ratio(told: Told, counts: list[Recomputed]) -> Iterator[str]:
    """A ratio of two KPIs with its figures."""
    if len(counts) > 1 and told.row["value"] is not None:
        above, below = (_scale_of(told, each.selection).brief(each.value or 0.0) for each in counts)
        names = " by ".join(each.selection.kpi.kpi_id for each in counts)
        yield f"{names}: {above} / {below} = {told.say(told.row['value'])}."


def _scale_of(told: Told, look: RowSelection) -> Scale:
    """The story's own scale; of the two KPIs of a ratio each has its own."""
    return told.scaled if told.definition.kpi == look.kpi else scale(look.kpi.unit, ())


def _days_said(told: Told, look: RowSelection) -> str:
    """The days and the rows that are looked at."""
    asked, covered = look.asked, look.covered
    if covered is None:
        which = filter_said(told.definition)
        return f"Looked at: {asked.first} to {asked.last}, {which}; no export tells of that on any of these days."
    days = f"{asked.first} to {asked.last}" if asked.first != asked.last else str(asked.first)
    short = "" if covered == asked else f" (exports cover {covered.first} to {covered.last})"
    period = "the last closed period, " if told.definition.kind == "maintain" else ""
    return f"Looked at: {period}{days}{short}, {filter_said(told.definition)}."


def _grid(counted: Recomputed, rows: list[dict[str, Any]]) -> Grid:
    """The rows with their values."""
    look = counted.selection
    has_sources = len({each["source"] for each in rows}) > 1
    per = [str(look.kpi.per).replace("_", " ")] if look.kpi.per else []
    scaled = _scale_of_rows(look, rows)
    cells = [
        [
            f"{each['source']} {each['id']}" if has_sources else str(each["id"]),
            str(each["day"]),
            _value(look, each["value"], scaled),
            *([scaled.say(each["per"])] if per else []),
        ]
        for each in rows
    ]
    thing = counted.thing if look.has_own_id else f"{counted.thing} of ticket"
    return Grid((thing, "day", _looked_at(look), *per), cells, frozenset((2, 3)))


def _looked_at(look: RowSelection) -> str:
    """What a row's value is."""
    if look.is_standing:
        return "days old"
    if look.kpi.column == f"{look.kpi.clock}_seconds":
        return "time"
    if look.kpi.statistic.name == "sum":
        return look.kpi.unit
    column = look.kpi.measure if look.kpi.column == "value" else look.kpi.column
    return column.removeprefix("is_").replace("_", " ")


def _scale_of_rows(look: RowSelection, rows: list[dict[str, Any]]) -> Scale:
    """Rows of a share within a limit are durations; those of a rate are counts."""
    if not look.is_standing and (look.kpi.clock or look.kpi.statistic.limit_seconds or look.kpi.unit == "seconds"):
        return scale("seconds", [each["value"] for each in rows])
    return Scale(1, "")


def _value(look: RowSelection, value: float | None, scaled: Scale) -> str:
    is_flag = look.kpi.statistic.name == "share" or (look.kpi.statistic.name == "count" and look.kpi.column != "value")
    if is_flag and value in (0, 1):
        return YES if value else NO
    return scaled.say(value)


def _days(look: RowSelection) -> dict[str, date | None]:
    """For programs."""
    return {
        "first_day": look.asked.first,
        "last_day": look.asked.last,
        "first_covered_day": look.covered.first if look.covered else None,
        "last_covered_day": look.covered.last if look.covered else None,
    }
