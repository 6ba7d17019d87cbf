"""Which column of ours a header is: by what it is called and by what its cells hold.

Dates' formats, words and the kind of export do not belong here; what cells can be is `holding`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from okr_analytics.detection.facts import Facts
from okr_analytics.detection.holding import TICKETS, WORDED, holds, speaks
from okr_analytics.detection.names import calls, sounds_like

SURE, LIKELY, HEARD = 0.75, 0.45, 0.12
EMPTY = 0.46
"""What a column without a filled cell counts, if its name speaks clearly: just enough, where nothing else is it."""
BY_CELLS_ALONE = 0.5


@dataclass(frozen=True)
class Match:
    """A header for one of our columns, and how sure that is: 0.0 to 1.0."""

    ours: str
    column: Facts
    score: float

    @property
    def is_sure(self) -> bool:
        """Whether name and cells leave hardly a doubt."""
        return self.score >= SURE


def scored(columns: Sequence[Facts]) -> dict[str, list[Match]]:
    """Per column of ours the headers that may be it, the best first."""
    found = {}
    for ours in sorted(TICKETS.columns & {*calls()}):
        matches = [Match(ours, column, score(ours, column)) for column in columns]
        heard = [match for match in matches if match.score >= HEARD]
        found[ours] = sorted(heard, key=lambda match: (-match.score, match.column.place))
    return found


def score(ours: str, column: Facts) -> float:
    """How much a column is one of ours."""
    held = holds(ours, column)
    name = sounds_like(column.name, ours) if held else 0.0
    if held and column.is_empty:
        return EMPTY if name >= SURE else 0.0
    if ours in WORDED and speaks(ours, column):
        return max(name * held, BY_CELLS_ALONE)
    return name * held


def assigned(found: Mapping[str, Sequence[Match]], taken: Mapping[str, Match]) -> dict[str, Match]:
    """One header per column and one column per header: the surest pairs first. `taken` ones stand."""
    best = dict(taken)
    used = {match.column.header for match in taken.values()}
    for match in sorted((match for matches in found.values() for match in matches), key=_rank):
        if match.score >= LIKELY and match.ours not in best and match.column.header not in used:
            best[match.ours] = match
            used.add(match.column.header)
    return best


def _rank(match: Match) -> tuple[float, bool, int]:
    """Surest first; of two equally sure ones an instant before a figure, then as the file has them."""
    return -round(match.score, 3), match.ours in TICKETS.durations, match.column.place
