"""Asset checks: what the library's audits found on the stage, before anything is published."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg

from okr_analytics.contracts.tables import MACROS
from okr_analytics.warehouse.audits import KEYS, repeated_rows, stale_sources, unbalanced_backlogs, unbalanced_files
from okr_analytics.warehouse.stage import SCHEMAS, Stage
from pipelines.resources import DeskRun

Found = list[Any]


@dataclass(frozen=True)
class Audit:
    """A check on one table: what it found is empty where all is well."""

    table: str
    name: str
    description: str
    find: Callable[[DeskRun], Found]
    is_blocking: bool = True


def _uniqueness(table: str) -> Audit:
    return Audit(
        table,
        "uniqueness",
        f"One row per {', '.join(KEYS[table])}.",
        lambda run: _repeated(run.stage, table),
    )


def _repeated(stage: Stage, table: str) -> Found:
    looked_at = stage.looked_at(table)
    count = repeated_rows(stage.engine, table, looked_at) if looked_at else 0
    return [count] if count else []


AUDITS = (
    Audit(
        "ops.loads",
        "conservation_of_rows",
        "Per file: rows read = current + superseded + rejected + folded + removed.",
        lambda run: unbalanced_files(run.stage.engine),
    ),
    Audit(
        "ops.loads",
        "files_readable",
        "Every export file could be read.",
        lambda run: run.stage.engine.rows(
            "select file, error, mend from ops.loads where status = 'failed' order by file"
        ),
        is_blocking=False,
    ),
    *map(_uniqueness, KEYS),
    Audit(
        "kpi.backlog_ledger",
        "backlog_identity",
        "Per day, channel, team and priority: closing = opening + opened + reopened - solved.",
        lambda run: unbalanced_backlogs(run.stage.engine),
    ),
    Audit(
        "core.coverage",
        "freshness_of_exports",
        "No input of a source ends more than three days before the day the run speaks of.",
        lambda run: stale_sources(run.stage.engine, run.as_of),
        is_blocking=False,
    ),
)
PUBLISHES = "ops.generations"


def audits(table: str) -> Iterator[Audit]:
    """The checks of a table: its contract, and what else is asked of it."""
    if table.split(".", maxsplit=1)[0] in SCHEMAS and table not in (PUBLISHES, *MACROS):
        yield Audit(
            table, "contract", "Columns, types and bounds are those of the table's contract.",
            lambda run: sorted(run.stage.breaches(table).items()),
        )  # fmt: skip
    yield from (audit for audit in AUDITS if audit.table == table)


def check_specs(table: str, key: dg.AssetKey) -> Iterator[dg.AssetCheckSpec]:
    """The checks as Dagster shows them."""
    for audit in audits(table):
        yield dg.AssetCheckSpec(audit.name, asset=key, description=audit.description, blocking=audit.is_blocking)


def check_results(run: DeskRun, table: str) -> Iterator[dg.AssetCheckResult]:
    """What the checks found on the stage."""
    for audit in audits(table):
        found = audit.find(run)
        yield dg.AssetCheckResult(
            asset_key=dg.AssetKey(table.split(".")),
            check_name=audit.name,
            passed=not found,
            severity=dg.AssetCheckSeverity.ERROR if audit.is_blocking else dg.AssetCheckSeverity.WARN,
            description="; ".join(map(str, found[:20])) if found else audit.description,
        )
