"""The columns of a table under our names: who is who, what kind of rows these are, and why a table is refused.

How instants and words are written does not belong here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from okr_analytics.detection.facts import Facts
from okr_analytics.detection.history import History, Repeats, history_of, repeats
from okr_analytics.detection.holding import TICKETS
from okr_analytics.detection.matching import LIKELY, Match, assigned, scored
from okr_analytics.detection.names import calls
from okr_analytics.detection.proposal import NotAnExport
from okr_analytics.detection.sample import Sample
from okr_analytics.errors import UsageError, did_you_mean

MOST_NAMED = 12
SAID = 2.0
CALLED = {
    "first_response_at": "a first response",
    "first_resolved_at": "a first solve",
    "resolved_at": "a solve",
    "closed_at": "a closing",
    "updated_at": "a change",
    "reopened_at": "a reopening",
    "escalated_at": "an escalation",
    "rated_at": "an opinion",
    "exported_at": "the export",
    "event_at": "an event",
}


@dataclass(frozen=True)
class Matched:
    """Our columns with their headers, and the headers that each could be as well. `history` is null where a row is a
    ticket; `is_first_event`: no column says the opening, the first event of a ticket is it. `also`: what a column is
    called in those files of a folder that have it under another header."""

    best: Mapping[str, Match]
    found: Mapping[str, Sequence[Match]]
    repeated: Repeats
    history: History | None
    is_first_event: bool
    only_end: str | None
    also: Mapping[str, tuple[Facts, ...]]

    def all_of(self, ours: str) -> tuple[Facts, ...]:
        """The column, and what it is called in files that lack it."""
        return (self.best[ours].column, *self.also.get(ours, ()))

    @property
    def columns(self) -> dict[str, Facts]:
        """Our columns with what their headers hold."""
        return {ours: match.column for ours, match in self.best.items()}


def matched(columns: Sequence[Facts], taken: Sample, said: Mapping[str, str]) -> Matched:
    """Who is who. Raises NotAnExport where there is no id or no opening, UsageError where `said` names no column."""
    given = _given(columns, said)
    found = scored(columns)
    ticket_id = given.get("ticket_id") or _ticket_id(found, columns)
    repeated = repeats(taken, ticket_id.column)
    history = history_of(columns, found, repeated, taken, ticket_id.column)
    known = {"ticket_id": ticket_id, **given}
    if history:
        known["status"] = given.get("status") or Match(
            "status", history.status, _score(found, "status", history.status)
        )
        found = _without_events(found, history, repeated)
    best = assigned(found, known)
    is_first_event = history is not None and "opened_at" not in best
    if "opened_at" not in best and not is_first_event:
        raise _no_opening(columns)
    best, only_end = _one_end(best, given)
    also = {ours: others for ours, match in best.items() if (others := _elsewhere(match, found, best, taken))}
    return Matched(best, found, repeated, history, is_first_event, only_end, also)


def _elsewhere(
    match: Match, found: Mapping[str, Sequence[Match]], best: Mapping[str, Match], taken: Sample
) -> tuple[Facts, ...]:
    """Other headers of a column in files that have not this one, and have these instead."""
    lacking = taken.lacking(match.column.header)
    used = {each.column.header for each in best.values()}
    others = []
    for rival in found.get(match.ours, ()):
        having = frozenset(range(len(taken.files))) - taken.lacking(rival.column.header)
        if rival.score >= LIKELY and rival.column.header not in used and having <= lacking:
            others.append(rival.column)
            lacking -= having
    return tuple(others)


def _given(columns: Sequence[Facts], said: Mapping[str, str]) -> dict[str, Match]:
    by_header = {column.header: column for column in columns}
    for ours, header in said.items():
        if ours not in TICKETS.columns:
            raise UsageError(f"--column {ours}: no column '{ours}'{did_you_mean(ours, TICKETS.columns)}")
        if header not in by_header:
            raise UsageError(f"--column {ours}={header}: the file has no such header{did_you_mean(header, by_header)}")
    return {ours: Match(ours, by_header[header], SAID) for ours, header in said.items()}


def _ticket_id(found: Mapping[str, Sequence[Match]], columns: Sequence[Facts]) -> Match:
    likely = [match for match in found["ticket_id"] if match.score >= LIKELY]
    if likely:
        return max(likely, key=lambda match: (round(match.score, 2), -match.column.place))
    named = ", ".join(f"'{column.header}'" for column in columns[:MOST_NAMED])
    raise NotAnExport(
        f"no column says which ticket a row is: none of {named} is called an id",
        "export the ticket's number too, or name its column: --column ticket_id=HEADER",
    )


def _score(found: Mapping[str, Sequence[Match]], ours: str, column: Facts) -> float:
    return next((match.score for match in found[ours] if match.column is column), LIKELY)


def _without_events(
    found: Mapping[str, Sequence[Match]], history: History, repeated: Repeats
) -> dict[str, list[Match]]:
    """The columns of an event log that tell of the ticket: what changes with every event is no instant of it."""
    of_event = {history.at.header, history.status.header} | ({history.sequence.header} if history.sequence else set())
    return {
        ours: [
            match
            for match in matches
            if match.column.header not in of_event
            and (ours not in TICKETS.instants or repeated.is_constant(match.column))
        ]
        for ours, matches in found.items()
    }


def _one_end(best: dict[str, Match], given: Mapping[str, Match]) -> tuple[dict[str, Match], str | None]:
    """The only end that a table tells is when its tickets are resolved, whatever it is called."""
    if "closed_at" in best and "resolved_at" not in best and "closed_at" not in given:
        only = replace(best["closed_at"], ours="resolved_at")
        return {
            **{ours: match for ours, match in best.items() if ours != "closed_at"},
            "resolved_at": only,
        }, only.column.header
    return best, None


def _no_opening(columns: Sequence[Facts]) -> NotAnExport:
    instants = [f"'{column.header}' ({_called(column)})" for column in columns if column.is_instants]
    there = (
        f"its instants are {', '.join(instants[:MOST_NAMED])}" if instants else "it has no column of instants at all"
    )
    return NotAnExport(
        f"no column says when a ticket was opened, and without that no figure can be computed; {there}",
        "export the date on which each ticket was created too, or name its column: --column opened_at=HEADER",
    )


def _called(column: Facts) -> str:
    """What an instant that is no opening is, by its name."""
    matches = [match for matches in scored([column]).values() for match in matches if match.ours in CALLED]
    if matches and (best := max(matches, key=lambda match: match.score)).score >= LIKELY:
        return CALLED[best.ours]
    if {*column.name.words} & calls()["resolved_at"].never:
        return "a promise"
    return "not called an opening"
