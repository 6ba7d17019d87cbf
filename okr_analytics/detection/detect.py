"""What an export is: a known profile, one that is like it, or a new one; or why it is no export."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from okr_analytics.desk import Desk
from okr_analytics.detection.clocks import told_by_figures
from okr_analytics.detection.draft import Draft, drafted
from okr_analytics.detection.evidence import read_by_known
from okr_analytics.detection.facts import Facts, facts_of
from okr_analytics.detection.known import RULES, Fit, best_fit
from okr_analytics.detection.matched import matched
from okr_analytics.detection.proposal import Asked, Doubt, NotAnExport, Proposal, Read, Trial
from okr_analytics.detection.sample import Sample, sample
from okr_analytics.detection.trial import tried
from okr_analytics.detection.written import as_yaml
from okr_analytics.documents import Document
from okr_analytics.home import Home
from okr_analytics.metrics.feeding import feeding
from okr_analytics.metrics.shipped import shipped
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.sources.registry import profile_of
from okr_analytics.sources.vocabulary import DESK

MUCH, MOST = 0.03, 0.5
"""Of the rows: how many rejected ones are worth a word, and how many that a profile is not what reads the file."""


def detect(home: Home, desk: Desk, path: Path, asked: Asked, now: datetime) -> Proposal:
    """A profile for a file, or for a folder of files of one shape. `now` is UTC without zone.

    Raises FileRefused where it cannot be read as a table, NotAnExport where no ticket can be made of its rows.
    """
    taken = sample(path)
    columns = [
        facts_of(place, header, taken.rows[header], taken.rows_with(header))
        for place, header in enumerate(taken.header)
        if not _comes_again(header, taken)
    ]
    name = tidied(asked.name or path.name)
    draft, refusal = _drafted(taken, columns, asked, name, now)
    wants_known = not (asked.is_new or asked.columns)
    fit = best_fit(home, taken, draft, desk.time_zone, asked.time_zone, now) if wants_known else None
    if fit:
        return _known(taken, columns, draft, fit, asked, name, desk)
    if draft is None:
        raise refusal
    return _new(taken, columns, draft, name, desk, now)


def _comes_again(header: str, taken: Sample) -> bool:
    """Whether a column of that name stands further left too: a profile reads all of one name together."""
    again = re.fullmatch(r"(.+) \(\d+\)", header)
    return again is not None and again[1] in taken.header


def _drafted(
    taken: Sample, columns: Sequence[Facts], asked: Asked, name: str, now: datetime
) -> tuple[Draft | None, NotAnExport]:
    """A profile of its own; null with the reason where no ticket could be made of the rows."""
    try:
        who = matched(columns, taken, asked.columns)
    except NotAnExport as refusal:
        return None, refusal
    return drafted(taken, columns, who, asked, name, now), NotAnExport("", "")


def tidied(name: str) -> str:
    """A name for a profile and its folder: lower case, without endings and dates."""
    stem = re.sub(r"(\.(csv|gz|zip|jsonl?|ndjson|parquet|xlsx|txt|tsv))+$", "", name.lower())
    stem = re.sub(r"\d{4}[-_.]?\d{2}([-_.]?\d{2})?|\(\d+\)", "", stem)
    return re.sub(r"[^a-z0-9]+", "_", stem).strip("_") or "export"


def _new(taken: Sample, columns: Sequence[Facts], draft: Draft, name: str, desk: Desk, now: datetime) -> Proposal:
    profile = SourceProfile.model_validate(draft.data)
    trial, rows = tried(taken, profile, desk.time_zone, now)
    evidence, doubts = _clocks(rows, profile, draft, desk)
    used = {header for read in draft.reads for header in read.headers}
    return Proposal(
        **_looked_at(taken),
        name=name,
        known=None,
        is_known_as_it_is=False,
        data=draft.data,
        profile=profile,
        reads=draft.reads,
        evidence=(*draft.evidence, *evidence),
        assumptions=draft.assumptions,
        doubts=(*draft.doubts, *doubts, *_rejected(trial)),
        unread=tuple((column.header, "") for column in columns if column.header not in used),
        feeds=feeding(profile, shipped(desk)),
        trial=trial,
    )


def _known(
    taken: Sample, columns: Sequence[Facts], draft: Draft | None, fit: Fit, asked: Asked, name: str, desk: Desk
) -> Proposal:
    by_header = {column.header: column for column in columns}
    reads = [read_by_known(ours, place, by_header, fit.name) for ours, place in fit.headers.items()]
    evidence, doubts = _clocks(fit.rows, fit.profile, draft, desk)
    return Proposal(
        **_looked_at(taken),
        name=fit.name if fit.is_as_it_is and asked.name is None else name,
        known=fit.name,
        is_known_as_it_is=fit.is_as_it_is,
        data={"like": fit.name, **fit.differs},
        profile=fit.profile,
        reads=tuple(reads),
        evidence=(*(draft.order.evidence if draft else ()), *evidence),
        assumptions=(_zone_of_known(fit), *fit.reasons),
        doubts=(*fit.doubts, *doubts, *_foreign_words(fit.trial), *_rejected(fit.trial)),
        unread=tuple(_unread(columns, reads, draft, fit)),
        feeds=feeding(fit.profile, shipped(desk), {*fit.headers} - {*RULES}),
        trial=fit.trial,
    )


def _looked_at(taken: Sample) -> dict[str, Any]:
    return {
        "path": taken.path.name,
        "files": len(taken.files),
        "rows": len(taken.rows),
        "is_whole": taken.is_whole,
    }


def _clocks(
    rows: pl.DataFrame, profile: SourceProfile, draft: Draft | None, desk: Desk
) -> tuple[list[str], list[Doubt]]:
    """What the helpdesk's own figures say of the zone of instants that carry no offset."""
    if draft and draft.has_offsets:
        return [], []
    zone = desk.time_zone if profile.instants.time_zone == DESK else profile.instants.time_zone
    evidence, doubt = told_by_figures(rows, zone)
    return [evidence] if evidence else [], [doubt] if doubt else []


def _zone_of_known(fit: Fit) -> str:
    zone = fit.profile.instants.time_zone
    said = "local time of the desk (desk.yaml)" if zone == DESK else f"in time zone {zone}"
    return f"instants without an offset are {said}, as '{fit.name}' says"


def _unread(
    columns: Sequence[Facts], reads: Sequence[Read], draft: Draft | None, fit: Fit
) -> Iterator[tuple[str, str]]:
    """The columns that a known profile leaves, and what they would be if they look useful."""
    used = {header for read in reads for header in read.headers}
    useful = {read.headers[0]: read.ours for read in draft.reads if read.ours not in fit.headers} if draft else {}
    yield from ((column.header, useful.get(column.header, "")) for column in columns if column.header not in used)


def _rejected(trial: Trial) -> list[Doubt]:
    if trial.rejected_share <= MUCH:
        return []
    reasons = ", ".join(f"{reason} ({count:,})" for reason, count in trial.rejected.items())
    found = f"{trial.rejected_rows:,} of {trial.rows:,} rows would be rejected: {reasons}"
    return [Doubt(found, "see whether the columns are the right ones", is_open=trial.rejected_share > MOST)]


def _foreign_words(trial: Trial) -> list[Doubt]:
    """Columns of which a known profile does not know the words of more than a few rows."""
    doubts = []
    for ours, reasons in trial.nulled.items():
        cells = sum(reasons.values())
        if cells > MUCH * trial.rows:
            listed = ", ".join(f"{reason} ({count:,})" for reason, count in reasons.items())
            doubts.append(
                Doubt(f"{ours}: {cells:,} cells are left out: {listed}", f"say what they mean under words: {ours}")
            )
    return doubts


def checked(proposal: Proposal) -> str:
    """The YAML, read back as a run reads it. Raises ConfigurationError where it would not."""
    text = as_yaml(proposal)
    with TemporaryDirectory(prefix="okr-") as folder:
        path = Path(folder) / f"{proposal.name}.yaml"
        path.write_text(text, encoding="utf-8")
        profile_of(Document(path, path.name))
    return text
