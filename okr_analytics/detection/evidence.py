"""Why a header is taken for a column of ours, in a few words, with an example that is nobody's personal data."""

from collections.abc import Iterator, Mapping

from okr_analytics.detection.facts import NEARLY_ALL, Facts
from okr_analytics.detection.holding import TICKETS
from okr_analytics.detection.likeness import fold
from okr_analytics.detection.matched import SAID, Matched
from okr_analytics.detection.matching import LIKELY, SURE
from okr_analytics.detection.names import sounds_like
from okr_analytics.detection.proposal import Read
from okr_analytics.detection.units import Counted
from okr_analytics.exports.headers import Place

OPEN_TO_SEE = ("status", "channel", "priority")
ALSO, ALL = 0.5, 0.995


def read_of(ours: str, who: Matched, column: Facts, counted: Counted | None, time: Facts | None) -> Read:
    """How one of our columns is read."""
    match = who.best[ours]
    headers = (column.header, time.header) if time else tuple(each.header for each in who.all_of(ours))
    used = {each.header for name in who.best for each in who.all_of(name)}
    others = tuple(
        each.column.header
        for each in who.found.get(ours, ())
        if each.column.header not in used and each.score >= min(ALSO, match.score * ALSO)
    )
    why = f"{_name_says(ours, column, match.score)}; {_cells_say(ours, column, counted, who)}"
    return Read(ours, headers, match.is_sure, why, _example(ours, column), others[:3], column.is_empty)


def read_of_events(who: Matched) -> Iterator[Read]:
    """How a log's own columns are read: the instant of an event, and the number that orders them."""
    if who.history:
        at, sequence = who.history.at, who.history.sequence
        others = tuple(each.header for each in who.history.also_at)
        yield Read(
            "event_at",
            (at.header,),
            is_sure=True,
            why="instants; differs within a ticket",
            example=_example("event_at", at),
            others=others[:3],
        )
        if sequence:
            yield Read("event_sequence", (sequence.header,), is_sure=True, why="orders the events of a ticket")


def _name_says(ours: str, column: Facts, score: float) -> str:
    if score >= SAID:
        return "as said by --column"
    sound = sounds_like(
        column.name, "closed_at" if ours == "resolved_at" and sounds_like(column.name, ours) < LIKELY else ours
    )
    return "called so" if sound >= SURE else "may be called so" if sound >= LIKELY else "by its cells"


def _cells_say(ours: str, column: Facts, counted: Counted | None, who: Matched) -> str:
    filled = "" if column.filled_share > ALL else f", {column.filled_share:.0%} filled"
    if column.is_empty:
        return "no cell is filled yet"
    if ours == "ticket_id":
        return (
            "all different"
            if column.distinct == column.filled
            else f"{column.distinct:,} ids, {who.repeated.each:.1f} rows each"
        )
    if counted:
        return counted.why + filled
    if ours in TICKETS.instants and column.dates:
        return ("days without a time" if column.dates.day_only_share == 1 else "instants") + filled
    if ours in OPEN_TO_SEE and column.words:
        folded = fold(ours, column.words)
        return f"{len(column.words)} words, {len(folded.known) + len(folded.alike)} known{filled}"
    if column.number_share > NEARLY_ALL:
        return f"{column.lowest:g} to {column.highest:g}{filled}"
    return f"{column.distinct:,} different{filled}"


def _example(ours: str, column: Facts) -> str | None:
    """A cell that cannot be personal: an instant, an id, a figure, a word of a closed list."""
    if column.dates and ours in (*TICKETS.instants, "event_at"):
        return next(iter(column.dates.examples.values()))
    if ours in OPEN_TO_SEE and column.words:
        return ", ".join(list(column.words)[:3])
    if (
        ours in TICKETS.durations or ours in TICKETS.whole_numbers or ours in TICKETS.flags or ours == "ticket_id"
    ) and column.words:
        return next(iter(column.words))
    return None


def read_by_known(ours: str, place: Place, columns: Mapping[str, Facts], profile: str) -> Read:
    """How a known profile reads one of our columns."""
    column = columns[place.names[0]]
    filled = "no cell is filled yet" if column.is_empty else f"{column.filled_share:.0%} filled"
    return Read(ours, place.names, is_sure=True, why=f"by '{profile}'; {filled}", example=_example(ours, column))
