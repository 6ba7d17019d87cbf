"""Which contract a table of the warehouse has."""

import pandera.polars as pa

from okr_analytics.contracts import definitions, okr
from okr_analytics.contracts.core import (
    Coverage,
    Days,
    Feeds,
    NulledValues,
    Reconciliation,
    RejectedRows,
    RemovedTickets,
    StatusChanges,
    Tickets,
)
from okr_analytics.contracts.inputs import Articles, CheckIns, Observations, Surveys
from okr_analytics.contracts.kpi import (
    BacklogLedger,
    Catalogue,
    CountFact,
    DailySums,
    Demand,
    DurationFact,
    KnowledgeGaps,
    Promises,
    ReportedFact,
    Results,
)
from okr_analytics.contracts.ops import Checks, Generations, Loads

CONTRACTS: dict[str, type[pa.DataFrameModel]] = {
    "core.tickets": Tickets,
    "fact.promises": Promises,
    "fact.articles": ReportedFact,
    "fact.observations": ReportedFact,
    "core.status_changes": StatusChanges,
    "core.removed_tickets": RemovedTickets,
    "core.reconciliation": Reconciliation,
    "core.surveys": Surveys,
    "core.articles": Articles,
    "core.observations": Observations,
    "core.checkins": CheckIns,
    "core.rejected_rows": RejectedRows,
    "core.nulled_values": NulledValues,
    "core.coverage": Coverage,
    "core.feeds": Feeds,
    "core.days": Days,
    "ops.loads": Loads,
    "ops.checks": Checks,
    "ops.generations": Generations,
    "kpi.catalogue": Catalogue,
    "kpi.daily_sums": DailySums,
    "kpi.results": Results,
    "kpi.demand": Demand,
    "kpi.backlog_ledger": BacklogLedger,
    "kpi.knowledge_gaps": KnowledgeGaps,
    "okr.objectives": definitions.Objectives,
    "okr.key_results": definitions.KeyResults,
    "okr.target_versions": okr.TargetVersions,
    "okr.cascade": definitions.Cascade,
    "okr.checkins": definitions.CheckIns,
    "okr.measurements": okr.Measurements,
    "okr.baselines": okr.Baselines,
    "okr.attainment": okr.Attainment,
    "okr.latest": okr.Attainment,
    "okr.outlook": okr.Outlook,
    "okr.pace": okr.Pace,
    "okr.restatements": okr.Restatements,
    "okr.achievements": okr.Achievements,
    "okr.realism": okr.Realism,
    "okr.objective_attainment": okr.ObjectiveAttainment,
    "okr.grades": okr.Grades,
}
MACROS = ("kpi.slice", "okr.as_reported", "okr.objective_as_reported")
"""Made and published like tables, but without rows of their own."""


def contract(table: str, columns: set[str]) -> type[pa.DataFrameModel]:
    """The contract of a table; a fact's follows from whether it has a value or a duration."""
    if table.startswith("fact.") and table not in CONTRACTS:
        return DurationFact if "calendar_seconds" in columns else CountFact
    return CONTRACTS[table]
