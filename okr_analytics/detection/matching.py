"""Which column of ours a header is: by what it is called and by what its cells hold.

Dates' formats, words and the kind of export do not belong here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from okr_analytics.contracts.kinds import KINDS
from okr_analytics.detection.facts import Facts
from okr_analytics.detection.likeness import fold_two, known_share
from okr_analytics.detection.names import calls, sounds_like

SURE, LIKELY, HEARD = 0.75, 0.45, 0.12
EMPTY, CLEARLY_CALLED = 0.46, 0.75
FEW = 30
BY_VALUES_ALONE = 0.5
TICKETS = KINDS["tickets"]
OPINION_LIMIT = 100


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
        found[ours] = sorted(
            (each for each in matches if each.score >= HEARD), key=lambda each: (-each.score, each.column.place)
        )
    return found


def score(ours: str, column: Facts) -> float:
    """How much a column is one of ours."""
    held = holds(ours, column)
    name = sounds_like(column.name, ours) if held else 0.0
    if held and column.is_empty:  # only the name speaks, and it has to speak clearly
        return EMPTY if name >= CLEARLY_CALLED else 0.0
    if ours in ("status", "channel", "priority") and _speaks(ours, column):
        return max(name * held, BY_VALUES_ALONE)
    return name * held


def holds(ours: str, column: Facts) -> float:
    """0.0 to 1.0: whether the cells can be that column's."""
    if column.is_empty:
        return 0.0 if ours in TICKETS.required else 1.0
    if ours in TICKETS.instants:
        return _instants(column)
    if column.is_instants:
        return 0.0
    if ours in TICKETS.durations:
        return _durations(ours, column)
    if ours in TICKETS.whole_numbers:
        return _counts(column)
    if ours in TICKETS.flags:
        return _verdicts(column)
    if ours == "csat":
        return _opinion(column)
    if ours == "comment":
        return 1.0 if column.number_share < 0.5 else 0.0
    if ours in ("channel", "status", "priority"):
        return _words(ours, column)
    if ours == "ticket_id":
        return _identifies(column)
    return _texts(ours, column)


def _instants(column: Facts) -> float:
    return 1.0 if column.is_instants else 0.0


def _durations(ours: str, column: Facts) -> float:
    """Business figures want a header that says so, and calendar ones a header that does not."""
    is_business = bool(column.name.is_business)
    if ours.startswith("source_") and is_business != ("_business_" in ours):
        return 0.0
    if column.duration_share >= 0.8:
        return 1.0
    return 1.0 if column.number_share >= 0.9 else 0.0


def _counts(column: Facts) -> float:
    return 1.0 if column.whole_share >= 0.95 and -1 <= (column.lowest or 0) and (column.highest or 0) < 10_000 else 0.0


def _verdicts(column: Facts) -> float:
    if column.words is None:
        return 0.0
    known, _ = fold_two(column.words, "met", "breached")
    share = sum(column.words[word] for word in known) / column.filled
    return 1.0 if share >= 0.8 or column.flag_share >= 0.95 else 0.0


def _opinion(column: Facts) -> float:
    if column.words is None:
        return 0.0
    if column.number_share >= 0.8:
        return 1.0 if 0 <= (column.lowest or 0) and (column.highest or 0) <= OPINION_LIMIT else 0.0
    known, _ = fold_two(column.words, "best", "worst")
    said = sum(column.words[word] for word in known)
    return 1.0 if said and said / column.filled >= 0.2 else 0.0


def _words(ours: str, column: Facts) -> float:
    """A few words that repeat; the more of them are known, the better."""
    if column.words is None or (column.number_share >= 0.9 and ours != "priority"):
        return 0.0
    if column.filled > FEW and column.distinct > max(60, column.filled * 0.05):
        return 0.0
    share = known_share(ours, column.words)
    base = {"status": 0.35, "channel": 0.65, "priority": 0.6}[ours]
    return base + (1 - base) * share


def _speaks(ours: str, column: Facts) -> bool:
    """Whether nearly all its words are of that list, whatever the header says."""
    if column.words is None or not 2 <= column.distinct <= 20 or column.number_share > 0.5:
        return False
    return known_share(ours, column.words) >= 0.9


def _identifies(column: Facts) -> float:
    if not column.is_text or column.mean_letters > 60:
        return 0.0
    return 1.0 if column.filled_share >= 0.98 else 0.3 if column.filled_share > 0.5 else 0.0


def _texts(ours: str, column: Facts) -> float:
    if not column.is_text or column.mean_letters > 80:
        return 0.0
    if ours == "customer":
        is_identity = column.email_share > 0.5 or column.number_share > 0.9
        return 1.0 if is_identity else 0.95 if column.filled <= FEW or column.distinct > 10 else 0.6
    is_repeating = column.filled <= FEW or column.unique_share <= 0.5
    if ours in ("topic", "team", "segment") and (not is_repeating or column.email_share > 0.5):
        return 0.0
    if ours == "agent" and not is_repeating:
        return 0.4
    if ours in ("team", "topic", "segment", "agent") and column.number_share > 0.9:
        return 0.7
    return 1.0


def assigned(found: Mapping[str, Sequence[Match]], taken: Mapping[str, Match]) -> dict[str, Match]:
    """One header per column and one column per header: the surest pairs first. `taken` ones stand."""
    best = dict(taken)
    used = {match.column.header for match in taken.values()}
    ranked = sorted((match for matches in found.values() for match in matches), key=_rank)
    for match in ranked:
        if match.score >= LIKELY and match.ours not in best and match.column.header not in used:
            best[match.ours] = match
            used.add(match.column.header)
    return best


def _rank(match: Match) -> tuple[float, int, int]:
    """Surest first; of two equally sure ones an instant before a figure, and a filled column before an emptier one."""
    is_figure = match.ours in TICKETS.durations
    return (-round(match.score, 3), int(is_figure), match.column.place)
