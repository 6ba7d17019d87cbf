"""The okr tables other than answers, each of one line: definitions, check-ins, measurements, baselines, cascade."""

from okr_analytics.kpi.catalogue import Catalogue
from okr_analytics.okr.cascade_rows import cascade_rows
from okr_analytics.okr.computations import note_computation
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.frozen import baseline_rows, freeze_baselines
from okr_analytics.okr.kept_checkins import keep_check_ins
from okr_analytics.okr.measuring import measure
from okr_analytics.okr.versions import load_key_results, load_objectives


def build_objectives(run: Evaluation) -> None:
    """Make okr.objectives and okr.cascade."""
    rows = load_objectives(run.history, run.definitions, run.now, run.as_of)
    run.stage.put("okr.objectives", rows)
    run.stage.put("okr.cascade", cascade_rows(run.definitions))


def build_key_results(run: Evaluation) -> None:
    """Make okr.key_results; notes what all answers rest on."""
    note_computation(run.history, run.desk, run.now)
    run.stage.put("okr.key_results", load_key_results(run.history, run.definitions, run.now, run.as_of))


def build_said(run: Evaluation) -> None:
    """Make okr.checkins: what people said, as the history keeps it."""
    run.stage.put("okr.checkins", keep_check_ins(run.history, run.stage.engine, run.now))


def build_measurements(run: Evaluation, catalogue: Catalogue) -> None:
    """Make okr.measurements."""
    measure(run.stage.engine, catalogue, run.definitions, run.as_of)


def build_baselines(run: Evaluation) -> None:
    """Make okr.baselines: freezes what is due."""
    facts = run.facts()
    freeze_baselines(run.history, run.definitions, facts, run.as_of, run.now)
    run.stage.put("okr.baselines", baseline_rows(run.history, run.definitions, facts, run.as_of))
