"""Definitions, version by version: what changed in which, and which targets applied from when.

Each load compares what people wrote with what is stored and appends a version where something differs. What is taken
out of the files is withdrawn while its window runs; a result that has closed stays.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.definitions import KeyResults, Objectives
from okr_analytics.contracts.history import KeptKeyResults, KeptObjectives
from okr_analytics.contracts.validation import empty, types
from okr_analytics.okr.defining.definitions import KeyResult, Objective
from okr_analytics.okr.defining.fingerprints import aspects, canonical, objective_aspects
from okr_analytics.okr.defining.targets import Target
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.scoring.attainment import Aim

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """How versions of one kind of definition are kept."""

    name: str
    key: str
    model: type[pa.DataFrameModel]
    kept: type[pa.DataFrameModel]


OBJECTIVES = Table("objectives", "objective_id", Objectives, KeptObjectives)
KEY_RESULTS = Table("key_results", "kr_id", KeyResults, KeptKeyResults)
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
    """okr.objectives or okr.key_results: every version."""
    return published(history.rows(table.name, table.kept), [table.key], table.model)


def _load(history: History, table: Table, written: Iterable[Row], now: datetime) -> None:
    stored = _newest(history.rows(table.name, table.kept), table)
    rows = []
    for row in written:
        before = stored.get(row[table.key])
        changed = "first" if before is None else _changed(before, row)
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


def _changed(before: Row, row: Row) -> str:
    """What differs between two versions, in words; empty where nothing does."""
    old, new = json.loads(before["content"]), json.loads(row["content"])
    changed = [name for name in new if old.get(name) != new[name]]
    return ", ".join([*(["restored"] if before["is_withdrawn"] else []), *changed])


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
        "content": canonical(objective_aspects(objective)),
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
        "content": canonical(aspects(key_result)),
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


def aims(history: History, zone: str) -> dict[str, list[Aim]]:
    """The targets of each key result over time: the first for as long as it means the same KPI, then each changed one
    from its effective date on, by default the day on which it was first read."""
    by_id: dict[str, list[Row]] = {}
    kept = history.rows(KEY_RESULTS.name, KEY_RESULTS.kept)
    for row in kept.select("kr_id", "content", "effective_from", "known_from", "kind").iter_rows(named=True):
        by_id.setdefault(row["kr_id"], []).append({**row, "content": json.loads(row["content"])})
    return {kr_id: _aims(versions, zone) for kr_id, versions in by_id.items() if versions[-1]["kind"] != "all_of"}


def _aims(versions: list[Row], zone: str) -> list[Aim]:
    found: list[Aim] = []
    for each in _comparable(versions):
        target, required, _ = each["content"]["target"]
        since = each["effective_from"] or local_day(each["known_from"], zone)
        aim = Aim(since if found else date.min, _target(target), Decimal(required))
        if not found or (aim.target, aim.required) != (found[-1].target, found[-1].required):
            found.append(aim)
        elif len(found) > 1 and each["effective_from"]:
            found[-1] = aim  # only its date was corrected
    return found


def _comparable(versions: list[Row]) -> list[Row]:
    """The newest versions that, in a row, mean the same KPI and filter, oldest first."""
    newest = versions[-1]["content"]["kpi or filter"]
    found = takewhile(lambda each: each["content"]["kpi or filter"] == newest, reversed(versions))
    return list(found)[::-1]


def _target(said: dict[str, str] | None) -> Target | None:
    if said is None:
        return None
    until = said["until"]
    return Target(said["kind"], Decimal(said["amount"]), Decimal(until) if until else None)  # type: ignore[arg-type]


def local_day(instant: datetime, zone: str) -> date:
    """The day of an instant (UTC without zone) where the desk is."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
