"""What a run speaks of: everything, or one key result with what rests on it; all days, or some."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from okr_analytics.errors import UsageError, did_you_mean
from okr_analytics.okr.defining.definitions import Definitions, KeyResult, Objective


@dataclass(frozen=True)
class Scope:
    """Null ids: all. Days limit what is looked at again where nothing was redefined; a changed definition always
    restates its whole window."""

    kr_ids: frozenset[str] | None = None
    objective_ids: frozenset[str] | None = None
    first: date = date.min
    last: date = date.max

    @property
    def is_everything(self) -> bool:
        """Whether all definitions are spoken of."""
        return self.kr_ids is None

    def key_results(self, scored: Iterable[KeyResult]) -> list[KeyResult]:
        """Those that are spoken of."""
        return [each for each in scored if self.kr_ids is None or each.kr_id in self.kr_ids]

    def objectives(self, objectives: Iterable[Objective]) -> list[Objective]:
        """Those that are spoken of."""
        return [each for each in objectives if self.objective_ids is None or each.objective_id in self.objective_ids]


EVERYTHING = Scope()


def scope_of(definitions: Definitions, kr_id: str | None, first: date = date.min, last: date = date.max) -> Scope:
    """One key result, with its parts and the objectives that it counts in; all where none is named.

    Raises UsageError for one that is not defined.
    """
    if kr_id is None:
        return Scope(first=first, last=last)
    known = {each.kr_id: each for each in definitions.scored if each.role != "part"}
    if kr_id not in known:
        raise UsageError(f"no key result '{kr_id}'{did_you_mean(kr_id, known) or '; none is defined'}")
    named = known[kr_id]
    return Scope(
        frozenset(each.kr_id for each in named.whole()),
        frozenset(_upwards(definitions, named.objective_id)),
        first,
        last,
    )


def _upwards(definitions: Definitions, objective_id: str) -> list[str]:
    """An objective and those that it counts in."""
    parents = {each.objective_id: each.written.parent for each in definitions.objectives}
    found = [objective_id]
    while (parent := parents.get(found[-1])) is not None:
        found.append(parent)
    return found
