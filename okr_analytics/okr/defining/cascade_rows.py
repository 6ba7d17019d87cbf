"""okr.cascade: the same objectives seen from above and below: what each is made of, at any depth."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from okr_analytics.okr.defining.definitions import Definitions, Objective
from okr_analytics.okr.defining.targets import nine_digits

Row = dict[str, Any]


def cascade_rows(definitions: Definitions) -> list[Row]:
    """One row per objective and thing below it, with the share of the objective that it makes up."""
    by_id = {each.objective_id: each for each in definitions.objectives}
    rows = [
        {**row, "objective_id": each.objective_id, "share": float(row["share"])}
        for each in definitions.objectives
        for row in _below(each, by_id)
    ]
    return sorted(rows, key=lambda row: (row["objective_id"], row["depth"], row["member_id"], row["through_id"]))


def _below(objective: Objective, by_id: Mapping[str, Objective]) -> Iterator[Row]:
    """What is below an objective: its own members, then those of the objectives that contribute to it."""
    through = objective.objective_id
    children = [by_id[each] for each in objective.children]
    weights = [each.weight for each in objective.key_results] + [each.weight for each in children]
    whole = sum(weights, Decimal(0))
    for each in objective.scored():
        if each.role != "part":
            share = nine_digits(each.weight / whole) if whole else Decimal(0)
            yield _row(each.kr_id, "key_result", each.role, through, share)
    for other in by_id.values():
        if through in other.written.supports:
            yield _row(other.objective_id, "objective", "supports", through, Decimal(0))
    for child in children:
        share = nine_digits(child.weight / whole)
        yield _row(child.objective_id, "objective", "contributes", through, share)
        for row in _below(child, by_id):
            yield {**row, "depth": row["depth"] + 1, "share": nine_digits(row["share"] * share)}


def _row(member_id: str, member_kind: str, relation: str, through_id: str, share: Decimal) -> Row:
    return {
        "member_id": member_id,
        "member_kind": member_kind,
        "relation": relation,
        "through_id": through_id,
        "depth": 1,
        "share": share,
    }
