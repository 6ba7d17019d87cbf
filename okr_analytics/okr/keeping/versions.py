"""Definitions, version by version: what changed in which.

Each load compares what people wrote with what is stored and appends a version where something differs. What is taken
out of the files is withdrawn while its window runs; a result that has closed stays.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.definitions import KeyResults, Objectives
from okr_analytics.contracts.history import KeptKeyResults, KeptObjectives
from okr_analytics.contracts.validation import empty, types
from okr_analytics.okr.defining.content_model import Content
from okr_analytics.okr.defining.definition_content import (
    key_result_content,
    objective_content,
    read_key_result,
    read_objective,
    stored,
)
from okr_analytics.okr.defining.definitions import KeyResult, Objective
from okr_analytics.okr.keeping.history import History

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """How versions of one kind of definition are kept. `content` reads what one of them says."""

    name: str
    key: str
    model: type[pa.DataFrameModel]
    kept: type[pa.DataFrameModel]
    content: Callable[[str, str], Content]


OBJECTIVES = Table("objectives", "objective_id", Objectives, KeptObjectives, read_objective)
KEY_RESULTS = Table("key_results", "kr_id", KeyResults, KeptKeyResults, read_key_result)
CHANGES_THE_ANSWER = {
    "kpi or filter": "redefinition",
    "window": "redefinition",
    "members": "redefinition",
    "withdrawn": "redefinition",
    "restored": "redefinition",
    "ambition": "redefinition",
    "baseline": "rebaseline",
    "target": "retarget",
}


def load_objectives(history: History, objectives: Iterable[Objective], now: datetime) -> None:
    """Append what changed in these objectives."""
    _load(history, OBJECTIVES, map(_objective, objectives), now)


def load_key_results(history: History, key_results: Iterable[KeyResult], now: datetime) -> None:
    """Append what changed in these key results."""
    _load(history, KEY_RESULTS, map(_key_result, key_results), now)


def withdraw(history: History, table: Table, defined: Collection[str], now: datetime, open_from: date) -> None:
    """Append that all else which still runs is no longer defined. What closed before the day `open_from` stays, also
    where a run speaks of an earlier day again."""
    newest = _newest(history.rows(table.name, table.kept), table)
    gone = [row for key, row in newest.items() if key not in defined and not row["is_withdrawn"]]
    rows = [
        {**row, "changed": "withdrawn", "is_withdrawn": True, "known_from": now}
        for row in gone
        if row["window_end"] >= open_from
    ]
    history.append(table.name, pl.DataFrame(rows, schema=empty(table.kept).schema), table.kept)


def versions_of(history: History, table: Table) -> pl.DataFrame:
    """okr.objectives or okr.key_results: every version, its content as it is stored today."""
    versions = published(history.rows(table.name, table.kept), [table.key], table.model)
    contents = [stored(table.content(text, key)) for text, key in versions.select("content", table.key).iter_rows()]
    return versions.with_columns(content=pl.Series(contents, dtype=pl.String))


def _load(history: History, table: Table, written: Iterable[Row], now: datetime) -> None:
    newest = _newest(history.rows(table.name, table.kept), table)
    rows = []
    for row in written:
        before = newest.get(row[table.key])
        changed = "first" if before is None else _changed(before, row, table)
        if changed:
            version = before["version"] + 1 if before else 1
            rows.append({**row, "version": version, "changed": changed, "is_withdrawn": False, "known_from": now})
    history.append(table.name, pl.DataFrame(rows, schema=empty(table.kept).schema), table.kept)


def published(kept: pl.DataFrame, key: list[str], model: type[pa.DataFrameModel]) -> pl.DataFrame:
    """Rows of the history as people see them: each known until the next one about the same thing, none withdrawn."""
    until = kept.with_columns(known_to=pl.col("known_from").shift(-1).over(key))
    return until.filter(~pl.col("is_withdrawn")).select(list(types(model)))


def _newest(rows: pl.DataFrame, table: Table) -> dict[str, Row]:
    return {row[table.key]: row for row in rows.iter_rows(named=True)}


def _changed(before: Row, row: Row, table: Table) -> str:
    """What differs between two versions, in words; empty where nothing does."""
    earlier, present = (table.content(version["content"], version[table.key]) for version in (before, row))
    return ", ".join([*(["restored"] if before["is_withdrawn"] else []), *present.changed_since(earlier)])


def _objective(objective: Objective) -> Row:
    written = objective.written
    outcome = written.outcome
    return {
        **written.model_dump(include={"title", "why", "owner", "area", "level", "ambition", "weight", "reason"}),
        "objective_id": written.id,
        "window_start": objective.window.first,
        "window_end": objective.window.last,
        "initiatives": list(written.initiatives),
        "parent_id": written.parent,
        "supports": sorted(written.supports),
        "outcome": outcome if outcome is None or isinstance(outcome, str) else outcome.title or outcome.kpi,
        "file": objective.file,
        "content": stored(objective_content(objective)),
    }


def _key_result(key_result: KeyResult) -> Row:
    written = key_result.written
    within = written.within and f"{written.within[0]} to {written.within[1]}"
    return {
        "kr_id": key_result.kr_id,
        "objective_id": key_result.objective_id,
        "title": key_result.title,
        "kind": key_result.kind,
        "role": key_result.role,
        "part_of": key_result.part_of,
        "kpi_id": key_result.kpi.kpi_id if key_result.kpi else None,
        "filter": key_result.filter,
        "direction": key_result.direction,
        "unit": key_result.unit,
        "owner": key_result.owner,
        "window_start": key_result.window.first,
        "window_end": key_result.window.last,
        "weight": float(key_result.weight),
        "over": key_result.over,
        "min_n": key_result.min_n,
        "baseline_written": _text(written.baseline),
        "target_written": within or _text(written.target),
        "file": key_result.file,
        "reason": key_result.reason,
        "effective_from": key_result.effective_from,
        "content": stored(key_result_content(key_result)),
    }


def _text(written: object) -> str | None:
    return None if written is None else str(written)


def causes(history: History, table: Table) -> dict[str, str]:
    """The cause that each changed definition gives to answers that move: of its changes the one that counts first."""
    found: dict[str, str] = {}
    order = list(CHANGES_THE_ANSWER.values())
    for key, changed in history.added(table.name, table.kept).select(table.key, "changed").iter_rows():
        said = [CHANGES_THE_ANSWER[name] for name in changed.split(", ") if name in CHANGES_THE_ANSWER]
        if said:
            found[key] = min(said, key=order.index)
    return found


def defined_anew(history: History, table: Table) -> list[str]:
    """What this run found defined for the first time, otherwise than before, or no longer."""
    added = history.added(table.name, table.kept).filter(pl.col("changed") == "first")
    return [*added[table.key].to_list(), *causes(history, table)]


def withdrawn(history: History, table: Table) -> list[str]:
    """What is no longer defined, of what was taken out of the files before it closed."""
    newest = history.rows(table.name, table.kept).unique(table.key, keep="last", maintain_order=True)
    return newest.filter("is_withdrawn")[table.key].to_list()


def first_known(history: History, table: Table, zone: str) -> dict[str, date]:
    """The day, where the desk is, on which each definition was first known."""
    kept = history.rows(table.name, table.kept)
    return {
        key: local_day(known_from, zone)
        for key, known_from in kept.unique(table.key, keep="first", maintain_order=True)
        .select(table.key, "known_from")
        .iter_rows()
    }


def local_day(instant: datetime, zone: str) -> date:
    """The day of an instant (UTC without zone) where the desk is."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
