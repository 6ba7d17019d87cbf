"""okr.attainment: the answers of this run beside what was reported before; what differs becomes a revision."""

import polars as pl

from okr_analytics.contracts.okr import CAUSES, Attainment
from okr_analytics.contracts.validation import empty
from okr_analytics.okr.evaluation import Evaluation
from okr_analytics.okr.keeping import revisions, versions
from okr_analytics.okr.keeping.computations import moved_computation
from okr_analytics.okr.keeping.kept_checkins import newly_checked_in

LEDGER = revisions.KEY_RESULTS


def build_attainment(run: Evaluation) -> None:
    """Make okr.attainment of work.answers and the history."""
    answers = run.stage.engine.frame("select * from work.answers order by kr_id, as_of_date")
    now = answers.cast({name: kind for name, kind in empty(Attainment).schema.items() if name in answers.columns})
    causes = _causes(run)
    kept = revisions.in_scope(run.history, LEDGER, versions.KEY_RESULTS, (each.kr_id for each in run.key_results))
    anew = [*causes, *versions.defined_anew(run.history, versions.KEY_RESULTS)]
    looked_at = pl.col("as_of_date").is_between(run.scope.first, run.scope.last) | pl.col("kr_id").is_in(anew)
    added = revisions.revised(
        LEDGER, kept.filter(looked_at), now.filter(looked_at), revisions.by_key(LEDGER, causes), run.as_of
    )
    run.stage.put("okr.attainment", revisions.append(run.history, LEDGER, added, run.now))


def _causes(run: Evaluation) -> dict[str, str]:
    """Why answers moved, per key result: the first cause that applies."""
    said = versions.causes(run.history, versions.KEY_RESULTS)
    for_all = moved_computation(run.history)
    checked_in = newly_checked_in(run.history)
    found: dict[str, str] = {}
    for each in run.key_results:
        ids = {each.kr_id, *(part.kr_id for part in each.parts)}
        applying = [said[kr_id] for kr_id in sorted(ids & said.keys())]
        applying += [for_all] if for_all else []
        applying += ["check_in"] if ids & checked_in else []
        if applying:
            found[each.kr_id] = min(applying, key=CAUSES.index)
    return found
