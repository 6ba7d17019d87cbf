"""What version 0.1.0 stored of a definition: lists by position, without a version inside. Read, never written.

`key_result` and `objective` give the same by name, as `definition_content` has it; nothing is lost. Where the stored
JSON is of another shape they raise ValueError, KeyError or TypeError.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from okr_analytics.okr.defining.periods import parse_period

Named = dict[str, Any]


def key_result(stored: Mapping[str, Any]) -> Named:
    """A key result; in that of an all_of each aspect was a list: its own, then that of each part."""
    if not isinstance(stored["kpi or filter"][0], list):
        return _by_aspect(stored)
    whole, *parts = (dict(zip(stored, aspects, strict=True)) for aspects in zip(*stored.values(), strict=True))
    return {**_by_aspect(whole), "parts": [_by_aspect(part) for part in parts]}


def objective(stored: Mapping[str, Any]) -> Named:
    """An objective."""
    (key_results, children, outcome_id), (parent_id, supports) = stored["members"], stored["cascade"]
    return {
        **stored,
        "members": {
            "key_results": [_named(("kr_id", "role", "weight"), values) for values in key_results],
            "children": [_named(("objective_id", "weight"), values) for values in children],
            "outcome_id": outcome_id,
        },
        "window": parse_period(stored["window"]),
        "cascade": {"parent_id": parent_id, "supports": supports},
    }


def named_conditions(kpi: Mapping[str, Any] | None) -> Named | None:
    """What a KPI measures, as `fingerprints.kpi_meaning` has it, with its conditions by name."""
    if kpi is None:
        return None
    return {**kpi, "where": [_named(("column", "members"), values) for values in kpi["where"]]}


def _by_aspect(stored: Mapping[str, Any]) -> Named:
    return _aspects(**{name.replace(" ", "_"): aspect for name, aspect in stored.items()})


def _aspects(
    *, kpi_or_filter: Sequence[Any], baseline: Sequence[Any], target: Sequence[Any], window: Sequence[Any],
    weight: str, objective: Sequence[Any], text: Sequence[Any],
) -> Named:  # fmt: skip
    kind, kpi, members, direction, over, min_n, grain, milestones, part_ids = kpi_or_filter
    (value, basis), (period, ambition, phases) = baseline, window
    return {
        "kpi_or_filter": {
            "kind": kind, "kpi": named_conditions(kpi), "filter": members, "direction": direction, "over": over,
            "min_n": min_n, "grain": grain, "part_ids": part_ids,
            "milestones": [_named(("milestone_id", "due", "weight"), values) for values in milestones],
        },
        "baseline": {"value": value, "basis": basis and _basis(*json.loads(basis))},
        "target": _named(("target", "required", "effective_from"), target),
        "window": {
            "period": parse_period(period), "ambition": ambition,
            "phases": [_named(("day", "share"), values) for values in phases],
        },
        "weight": weight,
        "objective": _named(("objective_id", "role"), objective),
        "text": _named(
            ("title", "owner", "reason", "milestone_titles", "baseline_written", "target_written"), text
        ),
    }  # fmt: skip


def _basis(kpi: Mapping[str, Any] | None, members: str, period: str) -> Named:
    return {"kpi": named_conditions(kpi), "filter": members, "period": parse_period(period)}


def _named(names: Sequence[str], values: Sequence[Any]) -> Named:
    return dict(zip(names, values, strict=True))
