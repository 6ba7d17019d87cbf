"""Assets: one per table, named as the table. Dagster says when; the library says how."""

from collections.abc import Iterator

import dagster as dg

from okr_analytics.contracts.descriptions import DESCRIPTIONS
from okr_analytics.contracts.tables import CONTRACTS
from okr_analytics.warehouse.stage import SCHEMAS
from pipelines.checks import check_results, check_specs
from pipelines.resources import DeskRun, log
from pipelines.step import Metadata, Step

PREVIEW_ROWS = 5
LEDGER = "ops.loads"
LEDGER_ROWS = 100


def key(table: str) -> dg.AssetKey:
    """The asset key of a table."""
    return dg.AssetKey(table.split("."))


def asset(step: Step, days: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """The assets of one step, with the checks of their tables."""

    @dg.multi_asset(
        name="__".join(step.tables[0].split(".")),
        specs=[_spec(step, table) for table in step.tables],
        check_specs=[spec for table in step.tables for spec in check_specs(table, key(table))],
        partitions_def=days if step.is_daily else None,
        backfill_policy=dg.BackfillPolicy.single_run() if step.is_daily else None,
    )
    def build(desk_run: dg.ResourceParam[DeskRun]) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        log.info(step.tables[0])
        said = step.make(desk_run)
        for table in step.tables:
            yield _result(desk_run, table, said)

    return build


def _spec(step: Step, table: str) -> dg.AssetSpec:
    contract = CONTRACTS.get(table)
    return dg.AssetSpec(
        key(table),
        deps=[key(each) for each in sorted(step.reads_of(table))],
        description=step.description_of(table) or " ".join(((contract and contract.__doc__) or table).split()),
        group_name=table.split(".", maxsplit=1)[0],
        kinds=set(step.kinds),
        code_version=step.code_version_of(table),
    )


def _result(run: DeskRun, table: str, said: Metadata) -> dg.MaterializeResult:  # type: ignore[type-arg]
    if table.split(".", maxsplit=1)[0] not in SCHEMAS or table not in run.stage.tables():
        return dg.MaterializeResult(key(table), metadata=said)
    columns = run.stage.engine.columns(table)
    schema = dg.TableSchema([dg.TableColumn(name, kind, DESCRIPTIONS.get(name)) for name, kind in columns.items()])
    return dg.MaterializeResult(
        key(table),
        metadata={
            **({} if run.stage.is_carried_view(table) else {"dagster/row_count": run.stage.row_count(table)}),
            "dagster/column_schema": schema,
            "preview": dg.MetadataValue.md(run.stage.preview(table, LEDGER_ROWS if table == LEDGER else PREVIEW_ROWS)),
            **said,
        },
        data_version=dg.DataVersion(run.stage.content_hash(table)),
        check_results=list(check_results(run, table)),
    )
