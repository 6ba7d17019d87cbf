"""Whether the cells of a column can be what one of ours holds, whatever the column is called."""

from collections.abc import Callable

from okr_analytics.contracts.kinds import KINDS
from okr_analytics.detection.facts import HALF, MOST, NEARLY_ALL, SOME, Facts
from okr_analytics.detection.likeness import fold_two, known_share

TICKETS = KINDS["tickets"]
WORDED = {"status": 0.35, "channel": 0.65, "priority": 0.6}
"""Our columns of words from a closed list, and what such a column counts of which no word is known."""
FEW = 30
"""With so few rows nothing can be said of how often cells repeat."""
MOST_WORDS, SHARE_OF_WORDS = 60, 0.05
MOST_MEANINGS = 20
MOST_COUNTED, MOST_OPINION = 10_000, 100
LONGEST_ID, LONGEST_TEXT = 60, 80
SEVERAL = 10


def holds(ours: str, column: Facts) -> float:
    """0.0 to 1.0: whether the cells can be that column's. Without a filled cell it can be anything but the key."""
    if column.is_empty:
        return float(ours not in TICKETS.required)
    if ours in TICKETS.instants or column.is_instants:
        return float(ours in TICKETS.instants and column.is_instants)
    if ours in WORDED:
        return _words(ours, column)
    if ours in TICKETS.durations:
        return float(_are_durations(ours, column))
    return float(next((can(column) for names, can in CELLS if ours in names), column.is_text))


def _are_durations(ours: str, column: Facts) -> bool:
    """Business figures want a header that says so, and calendar ones a header that does not."""
    if ours.startswith("source_") and bool(column.name.is_business) != ("_business_" in ours):
        return False
    return column.duration_share >= MOST or column.number_share >= NEARLY_ALL


def _are_counts(column: Facts) -> bool:
    return column.whole_share >= NEARLY_ALL and (column.lowest or 0) >= -1 and (column.highest or 0) < MOST_COUNTED


def _are_verdicts(column: Facts) -> bool:
    known, _ = fold_two(column.words or {}, "met", "breached")
    told = sum((column.words or {})[word] for word in known)
    return told >= MOST * column.filled or column.flag_share >= NEARLY_ALL


def _are_opinions(column: Facts) -> bool:
    if column.words is None:
        return False
    if column.number_share >= MOST:
        return (column.lowest or 0) >= 0 and (column.highest or 0) <= MOST_OPINION
    known, _ = fold_two(column.words, "best", "worst")
    return sum(column.words[word] for word in known) >= max(1, SOME * column.filled)


def _are_comments(column: Facts) -> bool:
    return column.number_share < HALF


def _words(ours: str, column: Facts) -> float:
    """A few words that repeat; the more of them are known, the better."""
    is_number = column.number_share >= NEARLY_ALL and ours != "priority"
    if column.words is None or is_number:
        return 0.0
    if column.filled > FEW and column.distinct > max(MOST_WORDS, SHARE_OF_WORDS * column.filled):
        return 0.0
    return WORDED[ours] + (1 - WORDED[ours]) * known_share(ours, column.words)


def speaks(ours: str, column: Facts) -> bool:
    """Whether nearly all its words are of that list, whatever the header says."""
    if column.words is None or not 1 < column.distinct <= MOST_MEANINGS or column.number_share > HALF:
        return False
    return known_share(ours, column.words) >= NEARLY_ALL


def _identify(column: Facts) -> float:
    if not column.is_text or column.mean_letters > LONGEST_ID:
        return 0.0
    return 1.0 if column.filled_share >= NEARLY_ALL else SOME


def _are_customers(column: Facts) -> float:
    """Addresses and numbers are better identities than names, and a few customers none."""
    if not column.is_text or column.mean_letters > LONGEST_TEXT:
        return 0.0
    if column.email_share > HALF or column.number_share > NEARLY_ALL:
        return 1.0
    return NEARLY_ALL if column.filled <= FEW or column.distinct > SEVERAL else HALF


def _are_groups(column: Facts) -> float:
    """Texts that repeat; bare numbers are likelier something else."""
    is_repeating = column.filled <= FEW or column.unique_share <= HALF
    if not column.is_text or column.mean_letters > LONGEST_TEXT or column.email_share > HALF or not is_repeating:
        return 0.0
    return 0.7 if column.number_share > NEARLY_ALL else 1.0


def _are_agents(column: Facts) -> float:
    if not column.is_text or column.mean_letters > LONGEST_TEXT:
        return 0.0
    if column.filled > FEW and column.unique_share > HALF:
        return HALF
    return 0.7 if column.number_share > NEARLY_ALL else 1.0


CELLS: tuple[tuple[tuple[str, ...], Callable[[Facts], float]], ...] = (
    (TICKETS.whole_numbers, _are_counts),
    (TICKETS.flags, _are_verdicts),
    (("csat",), _are_opinions),
    (("comment",), _are_comments),
    (("ticket_id",), _identify),
    (("customer",), _are_customers),
    (("topic", "team", "segment"), _are_groups),
    (("agent",), _are_agents),
)
