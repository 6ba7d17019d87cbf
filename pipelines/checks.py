"""Asset checks: what the library's audits found on the stage, before anything is published."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg
import polars as pl

from okr_analytics.contracts.ops import Checks
from okr_analytics.contracts.tables import MACROS
from okr_analytics.contracts.validation import empty
from okr_analytics.warehouse.audits import (
    KEYS,
    repeated_rows,
    stale_sources,
    unbalanced_backlogs,
    unbalanced_files,
    unreadable_files,
)
from okr_analytics.warehouse.stage import SCHEMAS, Stage
from okr_analytics.warehouse.unusual import missing_values, refused_inputs, rejected_shares, unusual_volumes
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
    looked_at = stage.checked_relation(table)
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
        lambda run: unreadable_files(run.stage.engine),
        is_blocking=False,
    ),
    Audit(
        "ops.loads",
        "some_rows_accepted",
        "No input of a source has lost every row of all its new files.",
        lambda run: refused_inputs(run.stage.engine, run.home),
    ),
    Audit(
        "ops.loads",
        "few_rows_rejected",
        "At most a twentieth of the rows of each file of the newest days is rejected.",
        lambda run: rejected_shares(run.stage.engine, run.as_of),
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
    Audit(
        "core.coverage",
        "usual_volume",
        "Each source opened about as many tickets on its newest whole day as on that weekday in the weeks before.",
        lambda run: unusual_volumes(run.stage.engine, run.desk, run.as_of),
        is_blocking=False,
    ),
    Audit(
        "core.coverage",
        "usual_columns",
        "No key column of a source is missing far more often in the newest days than in the weeks before.",
        lambda run: missing_values(run.stage.engine, run.as_of),
        is_blocking=False,
    ),
)
PUBLISHES = "ops.generations"
CHECKS = "ops.checks"
MOST_TOLD = 20


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


def found_by(audit: Audit, run: DeskRun) -> Found:
    """What a check finds on the run's stage; looked for once."""
    place = (audit.table, audit.name)
    if place not in run.checked:
        run.checked[place] = audit.find(run)
    return run.checked[place]


def check_results(run: DeskRun, table: str) -> Iterator[dg.AssetCheckResult]:
    """What the checks found on the stage."""
    for audit in audits(table):
        findings = found_by(audit, run)
        if findings and audit.is_blocking:
            run.non_retryable.append(f"{table} {audit.name}")
        yield dg.AssetCheckResult(
            asset_key=dg.AssetKey(table.split(".")),
            check_name=audit.name,
            passed=not findings,
            severity=dg.AssetCheckSeverity.ERROR if audit.is_blocking else dg.AssetCheckSeverity.WARN,
            description="; ".join(_in_words(findings)) or audit.description,
        )


def build_checks(run: DeskRun) -> None:
    """Make ops.checks: what every check said. What was said of tables that a backfill leaves alone stays."""
    made = [row for table in run.stage.tables() if table != CHECKS for row in _rows(run, table)]
    rows = pl.DataFrame(made, schema=empty(Checks).schema)
    before = run.stage.previous(CHECKS)
    if before and run.backfill_tables:
        earlier = run.stage.engine.frame(f"select * from {before}").cast(rows.schema)
        rows = pl.concat([earlier.filter(~pl.col("table_name").is_in(list(run.backfill_tables))), rows])
    run.stage.put(CHECKS, rows.sort("table_name", "check_name"))


def _rows(run: DeskRun, table: str) -> Iterator[dict[str, Any]]:
    """One per check of a table that this run did not leave alone."""
    if run.backfill_tables and table not in run.backfill_tables:
        return
    for audit in audits(table):
        findings = found_by(audit, run)
        yield {
            "table_name": table,
            "check_name": audit.name,
            "severity": "error" if audit.is_blocking else "warning",
            "is_passed": not findings,
            "found": _in_words(findings),
        }


def _in_words(findings: Found) -> list[str]:
    """What was found, the first of it in words."""
    more = [f"and {len(findings) - MOST_TOLD:,} more"] if len(findings) > MOST_TOLD else []
    return [*map(str, findings[:MOST_TOLD]), *more]
