"""What a KPI and a computed baseline mean, as text that changes exactly when the meaning does."""

import json

from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.okr.defining.content_model import KpiMeaning, StatisticMeaning
from okr_analytics.okr.defining.definitions import KeyResult

KPI_ASPECTS = KpiMeaning.model_fields.keys() - {"statistic"}
STATISTIC_ASPECTS = StatisticMeaning.model_fields.keys()


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


def canonical(said: object) -> str:
    """The same text for the same thing."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
