"""Objectives above and below each other: who contributes to whom, who only supports, and what cannot be.

An objective contributes to one parent at most, with its weight, and supports any number of others, with none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from okr_analytics.documents import Loc
from okr_analytics.errors import did_you_mean
from okr_analytics.okr.defining.definitions import Objective
from okr_analytics.okr.defining.findings import Findings
from okr_analytics.okr.defining.periods import Period
from okr_analytics.okr.defining.written import WrittenObjective


@dataclass(frozen=True)
class Placed:
    """An objective as written, where it stands, and its window if that can be read."""

    written: WrittenObjective
    loc: Loc
    findings: Findings
    window: Period | None

    @property
    def above(self) -> Iterator[tuple[str, Loc]]:
        """The objectives that it contributes to or supports, and where it says so."""
        if self.written.parent is not None:
            yield self.written.parent, (*self.loc, "parent")
        for number, each in enumerate(self.written.supports):
            yield each, (*self.loc, "supports", number)


def refuse_bad_cascade(placed: Sequence[Placed], *, are_all_known: bool) -> None:
    """Note every objective that names what is not there, itself, or what it is named by, or that outlasts its parent.

    `are_all_known`: every file could be read, so that a name that is missing is missing.
    """
    known = {each.written.id: each for each in placed}
    for each in placed:
        if are_all_known:
            _refuse_unknown(each, known)
            _refuse_nothing_to_measure_by(each, placed)
        _refuse_itself(each)
        _refuse_outlasting(each, known)
    _refuse_cycles(known)


def with_children(objectives: Sequence[Objective]) -> tuple[Objective, ...]:
    """Each objective with those that contribute to it, and after them; else in the order of the files."""
    below: dict[str, list[Objective]] = {}
    for each in objectives:
        if each.written.parent is not None:
            below.setdefault(each.written.parent, []).append(each)
    ordered: dict[str, Objective] = {}

    def visit(each: Objective) -> None:
        if each.objective_id in ordered:
            return
        children = below.get(each.objective_id, [])
        for child in children:
            visit(child)
        ordered[each.objective_id] = replace(
            each,
            children=tuple(child.objective_id for child in children),
            child_weights=tuple(child.weight for child in children),
        )

    for each in objectives:
        visit(each)
    return tuple(ordered.values())


def _refuse_unknown(each: Placed, known: dict[str, Placed]) -> None:
    others = [name for name in known if name != each.written.id]
    for name, loc in each.above:
        if name not in known:
            each.findings.refuse(
                loc, f"no objective '{name}'{did_you_mean(name, others) or '; describe it, or leave this out'}"
            )


def _refuse_itself(each: Placed) -> None:
    for name, loc in each.above:
        if name == each.written.id:
            each.findings.refuse(loc, f"'{name}' cannot be above itself; leave '{loc[len(each.loc)]}' out")
    if each.written.parent in each.written.supports:
        loc = (*each.loc, "supports", each.written.supports.index(str(each.written.parent)))
        each.findings.refuse(loc, f"'{each.written.parent}' is its parent already; leave it out of 'supports'")


def _refuse_outlasting(each: Placed, known: dict[str, Placed]) -> None:
    parent = known.get(str(each.written.parent))
    if parent and parent is not each and parent.window and each.window and not parent.window.contains(each.window):
        each.findings.refuse(
            (*each.loc, "window"),
            f"the window {each.window} is not inside {parent.window} of its parent '{parent.written.id}'; "
            "narrow it, widen the parent's, or write 'supports' instead of 'parent'",
        )


def _refuse_nothing_to_measure_by(each: Placed, placed: Sequence[Placed]) -> None:
    if not each.written.key_results and not any(other.written.parent == each.written.id for other in placed):
        each.findings.refuse(
            each.loc,
            f"'{each.written.id}' has nothing to measure it by; add key_results, "
            f"or objectives that say 'parent: {each.written.id}'",
        )


def _refuse_cycles(known: dict[str, Placed]) -> None:
    """Name each way that leads back to where it began, once, at the first objective on it."""
    done: set[str] = set()

    def follow(name: str, way: list[str]) -> None:
        for above, _ in known[name].above:
            if above in way and above != name:
                _refuse_cycle(known, way[way.index(above) :])
            elif above in known and above not in done and above not in way:
                follow(above, [*way, above])
        done.add(name)

    for name in known:
        if name not in done:
            follow(name, [name])


def _refuse_cycle(known: dict[str, Placed], way: list[str]) -> None:
    first = known[way[0]]
    loc = next(loc for name, loc in first.above if name == way[1])
    first.findings.refuse(loc, f"{' -> '.join([*way, way[0]])}: nothing can be above itself; leave one of these out")
