"""A proposal as people read it, and as programs do."""

from typing import Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from okr_analytics.detection.proposal import Proposal
from okr_analytics.detection.written import as_yaml
from okr_analytics.figures import counted, print_neatly

MOST_UNREAD = 40
KINDS = {"tickets": "one row per ticket", "events": "one row per event of a ticket"}


def print_proposal(proposal: Proposal, console: Console) -> None:
    """What it is, which column is which, what is assumed and unsure, what it feeds, and the profile."""
    parts: list[Any] = [Text(line) for line in _opening(proposal)]
    parts += [Text(""), _columns(proposal), Text("")]
    parts += [Text(each) for each in _said(proposal)]
    print_neatly(Group(*parts), console)


def _opening(proposal: Proposal) -> list[str]:
    which = f"{proposal.files:,} files, " if proposal.files > 1 else ""
    rows = f"{proposal.rows:,} rows" if proposal.is_whole else f"first {proposal.rows:,} rows"
    what = KINDS.get(proposal.profile.kind, proposal.profile.kind)
    return [f"{proposal.path}: {which}{rows} looked at; {what}", _known(proposal)]


def _known(proposal: Proposal) -> str:
    if proposal.known and proposal.is_known_as_it_is:
        return f"It is what the profile '{proposal.known}' reads."
    if proposal.known:
        return f"It is like what the profile '{proposal.known}' reads; what differs is below."
    return "No known profile fits it; this one would read it:"


def _columns(proposal: Proposal) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("our column", "header", "", "why", "for example"):
        table.add_column(Text(name), overflow="fold", no_wrap=name == "our column")
    for read in proposal.reads:
        also = f" (also possible: {', '.join(read.others)})" if read.others else ""
        table.add_row(
            Text(read.ours),
            Text(" + ".join(read.headers)),
            Text("" if read.is_sure else "?"),
            Text(read.why + also),
            Text(read.example or ""),
        )
    return table


def _said(proposal: Proposal) -> list[str]:
    lines = [f"Dates: {each}" for each in proposal.evidence]
    lines += [f"Assumed: {each}" for each in proposal.assumptions]
    for doubt in proposal.doubts:
        lines += [f"Unsure: {doubt.found}", f"        -> {doubt.mend}"]
    lines += _tried(proposal)
    if useful := [f"{header} ({ours})" for header, ours in proposal.unread if ours]:
        lines.append(f"Left unread, though it looks useful: {', '.join(useful)}")
    if names := [header for header, ours in proposal.unread if not ours]:
        more = f" and {len(names) - MOST_UNREAD} more" if len(names) > MOST_UNREAD else ""
        lines.append(f"Left unread: {', '.join(names[:MOST_UNREAD])}{more}")
    return lines + _feeds(proposal)


def _tried(proposal: Proposal) -> list[str]:
    trial = proposal.trial
    if not trial.rejected_rows:
        return [f"Tried: all {counted(trial.rows, 'row')} would be accepted"]
    reasons = ", ".join(f"{reason} ({count:,})" for reason, count in trial.rejected.items())
    return [f"Tried: {trial.rejected_rows:,} of {counted(trial.rows, 'row')} would be rejected: {reasons}"]


def _feeds(proposal: Proposal) -> list[str]:
    fed = [measure for measure, lack in proposal.feeds.items() if lack is None]
    lacking: dict[str, list[str]] = {}
    for measure, lack in proposal.feeds.items():
        if lack:
            lacking.setdefault(lack, []).append(measure)
    return [f"Feeds: {', '.join(fed)}", *(f"Cannot feed {', '.join(names)}: {lack}" for lack, names in lacking.items())]


def as_json(proposal: Proposal) -> dict[str, Any]:
    """The proposal as plain values."""
    return {
        "name": proposal.name,
        "path": proposal.path,
        "files": proposal.files,
        "rows": proposal.rows,
        "is_whole": proposal.is_whole,
        "known": proposal.known,
        "is_known_as_it_is": proposal.is_known_as_it_is,
        "kind": proposal.profile.kind,
        "columns": {read.ours: list(read.headers) for read in proposal.reads},
        "also_possible": {read.ours: list(read.others) for read in proposal.reads if read.others},
        "instants": proposal.profile.instants.model_dump(mode="json"),
        "missing": list(proposal.profile.missing),
        "evidence": list(proposal.evidence),
        "assumptions": list(proposal.assumptions),
        "unsure": [{"found": doubt.found, "mend": doubt.mend, "is_open": doubt.is_open} for doubt in proposal.doubts],
        "unread": [header for header, _ in proposal.unread],
        "measures": dict(proposal.feeds),
        "trial": {
            "rows": proposal.trial.rows,
            "rejected_rows": proposal.trial.rejected_rows,
            "rejected": dict(proposal.trial.rejected),
        },
        "yaml": as_yaml(proposal),
    }
