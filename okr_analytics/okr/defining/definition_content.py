"""How the content of a definition is stored: the only module that writes that JSON, and the only one that reads it.

It stands in okr.key_results and okr.objectives and in the history, as `content_model` has it, with its
`content_version` beside the aspects. What 0.1.0 stored is read as well.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from okr_analytics.errors import DataError
from okr_analytics.okr.defining import content_model, positional_content
from okr_analytics.okr.defining.content_model import Content, KeyResultContent, ObjectiveContent
from okr_analytics.okr.defining.definitions import KeyResult, Objective
from okr_analytics.okr.defining.fingerprints import canonical, kpi_meaning

CONTENT_VERSION = 2
POSITIONAL = 1
"""What 0.1.0 stored: lists by position, and no version inside."""

VERSION_FIELD = "content_version"
C = TypeVar("C", bound=Content)


def stored(content: Content) -> str:
    """The content as JSON; the same text for the same definition."""
    return canonical({VERSION_FIELD: CONTENT_VERSION, **content.model_dump(mode="json")})


def read_key_result(text: str, kr_id: str) -> KeyResultContent:
    """The content of a version of a key result, from what was stored; `kr_id` is named where it cannot be read.

    Raises DataError for a content_version, or a field in it, that is not known here.
    """
    return _read(text, kr_id, KeyResultContent, positional_content.key_result)


def read_objective(text: str, objective_id: str) -> ObjectiveContent:
    """The content of a version of an objective, as `read_key_result` reads one of a key result."""
    return _read(text, objective_id, ObjectiveContent, positional_content.objective)


def _read(text: str, name: str, model: type[C], by_name: Callable[[Mapping[str, Any]], dict[str, Any]]) -> C:
    aspects = json.loads(text)
    version = aspects.pop(VERSION_FIELD, POSITIONAL)
    if version not in (POSITIONAL, CONTENT_VERSION):
        raise DataError(
            f"{name}: a definition is stored with {VERSION_FIELD} {version}, and this version of okr reads "
            f"{POSITIONAL} and {CONTENT_VERSION}; install the one that wrote it"
        )
    try:
        return model.model_validate(by_name(aspects) if version == POSITIONAL else aspects)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{name}: a definition is stored with {VERSION_FIELD} {version} and is not as that version has it "
            f"({_reason(error)}); install the version of okr that wrote it"
        ) from None


def _reason(error: Exception) -> str:
    """Where the stored JSON differs, without its values."""
    if isinstance(error, ValidationError):
        return ", ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return str(error)


def key_result_content(key_result: KeyResult) -> KeyResultContent:
    """What a key result says."""
    written = key_result.written
    return KeyResultContent.model_validate(
        {
            "kpi_or_filter": _kpi_or_filter(key_result),
            "baseline": {"value": key_result.baseline_value, "basis": _basis(key_result)},
            "target": {
                "target": key_result.target,
                "required": key_result.required.normalize(),
                "effective_from": key_result.effective_from,
            },
            "window": {
                "period": key_result.window,
                "ambition": key_result.ambition,
                "phases": [{"day": day, "share": share} for day, share in key_result.phases],
            },
            "weight": key_result.weight.normalize(),
            "objective": {"objective_id": key_result.objective_id, "role": key_result.role},
            "text": {
                "title": key_result.title,
                "owner": key_result.owner,
                "reason": key_result.reason,
                "milestone_titles": [each.title for each in key_result.milestones],
                "baseline_written": None if written.baseline is None else str(written.baseline),
                "target_written": None if written.target is None else str(written.target),
            },
            "parts": [key_result_content(each) for each in key_result.parts],
        }
    )


def _kpi_or_filter(key_result: KeyResult) -> dict[str, Any]:
    return {
        "kind": key_result.kind,
        "kpi": _kpi(key_result),
        "filter": key_result.filter,
        "direction": key_result.direction,
        "over": key_result.over,
        "min_n": key_result.min_n,
        "grain": key_result.grain,
        "milestones": [
            {"milestone_id": each.milestone_id, "due": each.due, "weight": each.weight}
            for each in key_result.milestones
        ],
        "part_ids": [each.kr_id for each in key_result.parts],
    }


def _basis(key_result: KeyResult) -> dict[str, Any] | None:
    period = key_result.baseline_period
    return {"kpi": _kpi(key_result), "filter": key_result.filter, "period": period} if period else None


def _kpi(key_result: KeyResult) -> dict[str, Any] | None:
    return positional_content.named_conditions(kpi_meaning(key_result.kpi))


def objective_content(objective: Objective) -> ObjectiveContent:
    """What an objective says."""
    written = objective.written
    children = zip(objective.children, objective.child_weights, strict=True)
    return ObjectiveContent.model_validate(
        {
            "members": {
                "key_results": [
                    {"kr_id": each.kr_id, "role": each.role, "weight": each.weight.normalize()}
                    for each in objective.key_results
                ],
                "children": [
                    {"objective_id": child, "weight": weight.normalize()} for child, weight in sorted(children)
                ],
                "outcome_id": objective.outcome.kr_id if objective.outcome else None,
            },
            "window": objective.window,
            "ambition": written.ambition,
            "weight": objective.weight.normalize(),
            "cascade": {"parent_id": written.parent, "supports": sorted(written.supports)},
            "text": written.model_dump(include=set(content_model.ObjectiveText.model_fields)),
        }
    )
