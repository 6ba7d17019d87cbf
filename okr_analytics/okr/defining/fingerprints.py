"""What a definition says, aspect by aspect, as text that changes exactly when the meaning does."""

import json
from dataclasses import asdict

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.okr.defining.definitions import KeyResult, Objective

KPI_ASPECTS = (
    "kpi_id", "measure", "clock", "column", "per", "where", "numerator", "denominator", "scale", "maturity_days",
)  # fmt: skip
STATISTIC_ASPECTS = ("name", "limit_seconds", "quantile")


def kpi_meaning(kpi: Kpi | None) -> dict[str, object] | None:
    """What a KPI measures, without its titles."""
    if kpi is None:
        return None
    of_statistic = {name: getattr(kpi.statistic, name) for name in STATISTIC_ASPECTS}
    return {**{name: getattr(kpi, name) for name in KPI_ASPECTS}, "statistic": of_statistic}


def basis(key_result: KeyResult) -> str:
    """What a computed baseline is computed from: KPI, filter and period."""
    period = key_result.baseline_period
    return canonical([kpi_meaning(key_result.kpi), key_result.filter, str(period) if period else None])


def aspects(key_result: KeyResult) -> dict[str, object]:
    """A key result by what can change in it; a part's aspects are its whole's too."""
    written = key_result.written
    parts = [aspects(each) for each in key_result.parts]
    found: dict[str, object] = {
        "kpi or filter": [
            key_result.kind, kpi_meaning(key_result.kpi), key_result.filter, key_result.direction,
            key_result.over, key_result.min_n, key_result.grain,
            [[each.milestone_id, str(each.due), str(each.weight)] for each in key_result.milestones],
            [each.kr_id for each in key_result.parts],
        ],
        "baseline": [_plain(key_result.baseline_value), key_result.baseline_period and basis(key_result)],
        "target": [
            key_result.target and {name: _plain(value) for name, value in asdict(key_result.target).items()},
            str(key_result.required.normalize()),
            key_result.effective_from and str(key_result.effective_from),
        ],
        "window": [
            str(key_result.window), key_result.ambition, [[str(day), str(share)] for day, share in key_result.phases],
        ],
        "weight": str(key_result.weight.normalize()),
        "objective": [key_result.objective_id, key_result.role],
        "text": [
            key_result.title, key_result.owner, key_result.reason,
            [each.title for each in key_result.milestones], _plain(written.baseline), _plain(written.target),
        ],
    }  # fmt: skip
    return {name: [said, *(part[name] for part in parts)] if parts else said for name, said in found.items()}


def objective_aspects(objective: Objective) -> dict[str, object]:
    """An objective by what can change in it."""
    written = objective.written
    return {
        "members": [
            [[each.kr_id, each.role, str(each.weight.normalize())] for each in objective.key_results],
            sorted(
                [child, str(weight.normalize())]
                for child, weight in zip(objective.children, objective.child_weights, strict=True)
            ),
            objective.outcome and objective.outcome.kr_id,
        ],
        "window": str(objective.window),
        "ambition": written.ambition,
        "weight": str(objective.weight.normalize()),
        "cascade": [written.parent, sorted(written.supports)],
        "text": written.model_dump(
            mode="json", include={"title", "why", "owner", "area", "level", "initiatives", "reason"}
        ),
    }


def canonical(said: object) -> str:
    """The same text for the same thing."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
