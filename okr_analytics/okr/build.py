"""The okr tables other than answers, each of one line: definitions, check-ins, measurements, cascade."""

from okr_analytics.contracts.definitions import Cascade
from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.okr.defining.cascade_rows import cascade_rows
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.keeping.computations import note_computation
from okr_analytics.okr.keeping.kept_checkins import keep_check_ins
from okr_analytics.okr.keeping.revisions import first_open_day
from okr_analytics.okr.keeping.target_versions import target_versions
from okr_analytics.okr.keeping.versions import (
    KEY_RESULTS,
    OBJECTIVES,
    load_key_results,
    load_objectives,
    versions_of,
    withdraw,
)
from okr_analytics.okr.measuring.spans import measure


def build_objectives(run: Evaluation) -> None:
    """Make okr.objectives and okr.cascade."""
    load_objectives(run.history, run.objectives, run.now)
    if run.scope.is_everything:
        open_from = first_open_day(run.history, run.as_of)
        withdraw(run.history, OBJECTIVES, {each.objective_id for each in run.objectives}, run.now, open_from)
    run.stage.put("okr.objectives", versions_of(run.history, OBJECTIVES))
    run.put_beside_others("okr.cascade", Cascade, cascade_rows(run.definitions), "objective_id")


def build_key_results(run: Evaluation) -> None:
    """Make okr.key_results and okr.target_versions; notes what all answers rest on."""
    note_computation(run.history, run.desk, run.now)
    load_key_results(run.history, run.key_results, run.now)
    if run.scope.is_everything:
        open_from = first_open_day(run.history, run.as_of)
        withdraw(run.history, KEY_RESULTS, {each.kr_id for each in run.key_results}, run.now, open_from)
    run.stage.put("okr.key_results", versions_of(run.history, KEY_RESULTS))
    run.stage.put("okr.target_versions", target_versions(run.history, run.desk.time_zone))


def build_said(run: Evaluation) -> None:
    """Make okr.checkins: what people said, as the history keeps it."""
    run.stage.put("okr.checkins", keep_check_ins(run.history, run.stage.engine, run.now))


def build_measurements(run: Evaluation, catalogue: Catalogue, stays: str) -> None:
    """Make okr.measurements; what only others ask for stays, and of what was measured that for which `stays` holds, in
    SQL."""
    before = run.stage.previous("okr.measurements")
    everything = run.scope.is_everything
    measure(run.stage.engine, catalogue, run.key_results, run.as_of, before, keeps_all=not everything, stays=stays)
