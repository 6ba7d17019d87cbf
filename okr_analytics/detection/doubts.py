"""What people should look at in a proposal that detection made by itself, and what to do about it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from okr_analytics.detection.facts import Facts
from okr_analytics.detection.matched import Matched
from okr_analytics.detection.matching import SURE, Match
from okr_analytics.detection.names import sounds_like
from okr_analytics.detection.proposal import Doubt
from okr_analytics.detection.units import Counted
from okr_analytics.sources.words import plain

NEAR = 0.08
MOST_ROWS_EACH = 1.02
MOST_CELLS, LONGEST_CELL = 5, 24
KEY = ("ticket_id", "status", "opened_at", "first_response_at", "resolved_at", "closed_at")
"""Our columns on which the figures rest."""
ENDS = ("first_response_at", "resolved_at", "closed_at")
ANSWER = re.compile(r"\b(respon[ds]|repl(y|ied)|answer|respuesta|resposta|raspuns)")
EXPORT_TIME = "export the time too if the helpdesk knows it"


def of_names(who: Matched, mapped: Mapping[str, Facts]) -> Iterator[Doubt]:
    """Columns that two headers could be as well, and those whose header hardly says so."""
    used = {each.header for ours in mapped for each in who.all_of(ours)}
    for ours in (ours for ours in mapped if ours in KEY):
        match = who.best[ours]
        near = (each for each in who.found.get(ours, ()) if each.score >= match.score - NEAR)
        if rivals := [each.column.header for each in near if each.column.header not in used]:
            yield _rivalry(ours, match.column.header, rivals, f"columns: {ours}")
        elif not _is_called(match):
            mend = "see that it is what it says, or name another"
            yield Doubt(f"{ours}: {match.column.header} is not clearly called so", mend)
    if who.history and who.history.also_at:
        rivals = [each.header for each in who.history.also_at]
        yield _rivalry("an event's instant", who.history.at.header, rivals, "events: at")
    if who.history and who.history.also_status:
        rivals = [each.header for each in who.history.also_status]
        yield _rivalry("status", who.history.status.header, rivals, "columns: status")


def _rivalry(what: str, taken: str, rivals: Sequence[str], where: str) -> Doubt:
    found = f"{what}: {taken} is taken, {' or '.join(rivals)} could be it as well"
    return Doubt(found, f"look at both; change {where} if needed")


def _is_called(match: Match) -> bool:
    """Whether the header says clearly enough what it is; of an empty column nothing else can."""
    return match.column.is_empty or match.is_sure or sounds_like(match.column.name, match.ours) >= SURE


def of_units(who: Matched, counted: Mapping[str, Counted]) -> Iterator[Doubt]:
    """Figures of which nothing tells the unit, or two things tell two."""
    for ours, each in counted.items():
        header = who.best[ours].column.header
        if each.is_left_out:
            mend = f"if it is {ours}, add it to columns and its unit to units"
            yield Doubt(f"{header}: {each.why}, so it is left out", mend)
        elif not each.is_known:
            yield Doubt(f"{header}: {each.why}", "see which is right")


def of_repeats(who: Matched) -> Iterator[Doubt]:
    """Ids that come again though the rows are no events."""
    if who.history is None and who.repeated.each > MOST_ROWS_EACH:
        header = who.best["ticket_id"].column.header
        found = f"{header} comes {who.repeated.each:.2f} times in a file; of rows of one ticket the newest counts"
        yield Doubt(found, "see that it is the ticket's id, and that a row is no comment or task of it")


def of_bare_days(mapped: Mapping[str, Facts], beside: Mapping[str, Facts]) -> Iterator[Doubt]:
    """Days without a time: beside instants that have one, a ticket may end before it begins."""
    alone = {ours: each for ours, each in mapped.items() if ours not in beside}
    bare = {ours: each.header for ours, each in alone.items() if each.dates and each.dates.day_only_share == 1}
    if "opened_at" in bare:
        yield Doubt(f"{bare['opened_at']} says no time: durations are exact to a day only", EXPORT_TIME)
    elif ends := [bare[ours] for ours in ENDS if ours in bare]:
        found = (
            f"{' and '.join(ends)}: a day without a time is read as its midnight, so that a ticket that ends on the "
            "day it was opened ends before it"
        )
        yield Doubt(found, EXPORT_TIME)


def of_ends(who: Matched) -> Iterator[Doubt]:
    """A table that never says when a ticket was done with."""
    if who.history is None and not {"resolved_at", "closed_at", "source_full_resolution_calendar_seconds"} & {
        *who.best
    }:
        last = who.best.get("updated_at")
        mend = "export the date of the solve or the closing too, or name its column: --column resolved_at=HEADER"
        hint = f" ({last.column.header} may be it for tickets that are closed)" if last else ""
        yield Doubt(f"no column says when a ticket was solved or closed{hint}, so no duration is known", mend)


def of_answers(who: Matched, mapped: Mapping[str, Facts]) -> Iterator[Doubt]:
    """Events that sound like the answer to a customer."""
    if who.history and "first_response_at" not in mapped:
        said = [word for word in who.history.status.words or () if ANSWER.search(plain(word))]
        if said:
            listed = ", ".join(f"'{word}'" for word in said[:MOST_CELLS])
            found = (
                f"{who.history.status.header}: {listed} may be the answer to the customer; no first response is read"
            )
            yield Doubt(found, "if so, say events: response, with the column and all other words under not_in")


def of_cells(dated: Sequence[Facts]) -> Iterator[Doubt]:
    """Filled cells of instants that are none."""
    for column in dated:
        if column.dates and (others := column.dates.others):
            again = [
                f"'{cell}' ({count:,})" for cell, count in others.items() if count > 1 and len(cell) <= LONGEST_CELL
            ]
            like = f", like {', '.join(again[:MOST_CELLS])}" if again else ""
            found = f"{column.header}: {sum(others.values()):,} cells are no instant{like}; their rows are rejected"
            yield Doubt(found, "name the words that mean no value under missing, or mend them at the source")
