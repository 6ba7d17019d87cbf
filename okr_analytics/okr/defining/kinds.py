"""Which fields a kind of key result takes, and which it cannot do without. What is in them is not looked at here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from okr_analytics.okr.defining.written import WrittenScore

W = TypeVar("W", bound=WrittenScore)


@dataclass(frozen=True)
class Fields:
    """The fields that a kind needs, and those that it takes besides."""

    needed: tuple[str, ...]
    taken: tuple[str, ...] = ()


FIELDS = {
    "improve": Fields(("kpi", "baseline"), ("where", "direction", "target", "over", "min_n", "phases")),
    "reach": Fields(("kpi",), ("where", "direction", "target", "within", "over", "min_n")),
    "maintain": Fields(("kpi",), ("where", "direction", "target", "within", "required", "each", "min_n")),
    "milestone": Fields(("milestones",)),
    "cadence": Fields(("every",)),
    "all_of": Fields(("parts",)),
}
MENDS = {
    "kpi": "a KPI to be measured by; write kpi: and an id that 'okr kpis' lists",
    "baseline": "a baseline: a value, or a period like 2026-Q2 to compute it from",
    "milestones": "milestones: at least one, like - {id: first, title: What is there then}",
    "every": "how often it is to be done; write every: business day, or every: week",
    "parts": "parts: two or more things that must be true together",
}
DECIDED = sorted({name for fields in FIELDS.values() for name in (*fields.needed, *fields.taken)})


def given(written: WrittenScore) -> list[str]:
    """The fields that were written with something in them, and on which the kind has a say."""
    return [name for name in DECIDED if getattr(written, name, None) not in (None, (), {})]


def misfits(written: WrittenScore) -> dict[str, str]:
    """What the kind does not take or cannot do without, by field: what was found and the mend."""
    fields, found = FIELDS[written.kind], given(written)
    refused = {name: _not_taken(written.kind, name) for name in found if name not in (*fields.needed, *fields.taken)}
    missing = {name: f"kind {written.kind} needs {MENDS[name]}" for name in fields.needed if name not in found}
    both = {"within": "'target' and 'within' are two answers to one question; keep one"}
    return {**(both if {"target", "within"} <= set(found) else {}), **refused, **missing}


def without(written: W, names: Iterable[str]) -> W:
    """The same with these fields left out, so that the rest can be looked at for itself."""
    defaults = {name: type(written).model_fields[name].default for name in names if name in type(written).model_fields}
    return written.model_copy(update=defaults)


def _not_taken(kind: str, name: str) -> str:
    takers = [other for other, fields in FIELDS.items() if name in (*fields.needed, *fields.taken)]
    return f"kind {kind} takes no '{name}'; leave it out (it goes with kind {', '.join(takers)})"
