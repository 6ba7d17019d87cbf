"""Which target applies to a key result on which days: okr.target_versions, made of the versions of its definition.

It is computed here alone; scoring, and all that shows a target, reads the table.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, takewhile
from typing import Any

import polars as pl

from okr_analytics.contracts.okr import TargetVersions
from okr_analytics.contracts.validation import empty
from okr_analytics.okr.defining.content_model import KeyResultContent
from okr_analytics.okr.defining.definition_content import read_key_result
from okr_analytics.okr.defining.targets import Target
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.keeping.versions import KEY_RESULTS, local_day
from okr_analytics.okr.scoring.attainment import Aim
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query


@dataclass(frozen=True)
class TargetVersion:
    """The target that a version of a definition sets, and the first day on which it is to apply."""

    version: int
    content: KeyResultContent
    first_day: date
    known_from: datetime

    @property
    def target(self) -> tuple[Target | None, Decimal]:
        """What is to be reached, and the share of the periods that must comply."""
        return self.content.target.target, self.content.target.required


def target_versions(history: History, zone: str) -> pl.DataFrame:
    """okr.target_versions: the targets of each key result, from day to day.

    The first applies for as long as the key result means the same KPI and filter, each changed one from its effective
    date, by default the day (where the desk is) on which it was first read. Where one that was read later applies from
    an earlier day, it takes the place of the other.
    """
    kept = history.rows(KEY_RESULTS.name, KEY_RESULTS.kept).sort("kr_id", maintain_order=True)
    rows: list[dict[str, Any]] = []
    for kr_id, versions in groupby(kept.iter_rows(named=True), key=lambda row: str(row["kr_id"])):
        changed = _changed_targets([_version(row, zone) for row in versions])
        rows += (_row(kr_id, version, last_day) for version, last_day in _in_force(changed))
    return pl.DataFrame(rows, schema=empty(TargetVersions).schema)


def _version(row: dict[str, Any], zone: str) -> TargetVersion:
    content = read_key_result(row["content"], row["kr_id"])
    first_day = content.target.effective_from or local_day(row["known_from"], zone)
    return TargetVersion(row["version"], content, first_day, row["known_from"])


def _changed_targets(versions: list[TargetVersion]) -> list[TargetVersion]:
    """In the order in which they were read: the first, which applies since ever, and each that differs from the one
    before."""
    first, *later = _comparable(versions)
    changed = [replace(first, first_day=date.min)]
    for version in later:
        if version.target != changed[-1].target:
            changed.append(version)
        elif len(changed) > 1 and version.content.target.effective_from:
            changed[-1] = version  # only its date was corrected
    return changed


def _comparable(versions: list[TargetVersion]) -> list[TargetVersion]:
    """The newest versions that, in a row, mean the same KPI and filter, oldest first."""
    newest = versions[-1].content.kpi_or_filter
    return list(takewhile(lambda version: version.content.kpi_or_filter == newest, reversed(versions)))[::-1]


def _in_force(changed: list[TargetVersion]) -> Iterator[tuple[TargetVersion, date | None]]:
    """Those that apply on some day, oldest first, with the last day on which they do; null for the newest."""
    standing: list[TargetVersion] = []
    for version in changed:
        standing = [earlier for earlier in standing if earlier.first_day < version.first_day] + [version]
    last_days = [following.first_day - timedelta(days=1) for following in standing[1:]]
    yield from zip(standing, [*last_days, None], strict=True)


def _row(kr_id: str, version: TargetVersion, last_day: date | None) -> dict[str, Any]:
    target, required = version.target
    return {
        "kr_id": kr_id,
        "valid_from": None if version.first_day == date.min else version.first_day,
        "valid_to": last_day,
        "target_kind": target and target.kind,
        "target_amount": target and float(target.amount),
        "target_until": None if target is None or target.until is None else float(target.until),
        "required_share": float(required),
        "version": version.version,
        "known_from": version.known_from,
    }


def targets_over_time(engine: Engine) -> dict[str, list[Aim]]:
    """The targets of each key result, oldest first, as okr.target_versions has them."""
    targets: dict[str, list[Aim]] = {}
    for kr_id, first_day, kind, amount, until, required in engine.rows(query("targets_over_time")):
        target = Target(kind, _decimal(amount), None if until is None else _decimal(until)) if kind else None
        targets.setdefault(kr_id, []).append(Aim(first_day or date.min, target, _decimal(required)))
    return targets


def _decimal(number: float) -> Decimal:
    return Decimal(repr(number))
