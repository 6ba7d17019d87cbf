"""What an export is: a known profile, one that is like it, or a new one; or why it is no export."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from okr_analytics.desk import Desk
from okr_analytics.detection.draft import Draft, drafted
from okr_analytics.detection.facts import Facts, facts_of
from okr_analytics.detection.matched import matched
from okr_analytics.detection.proposal import Asked, Doubt, Proposal
from okr_analytics.detection.sample import Sample, sample
from okr_analytics.detection.trial import tried
from okr_analytics.detection.written import as_yaml
from okr_analytics.documents import Document
from okr_analytics.home import Home
from okr_analytics.kpi.feeding import feeding
from okr_analytics.kpi.shipped import shipped
from okr_analytics.sources.profile import SourceProfile

MUCH = 0.03


def detect(home: Home, desk: Desk, path: Path, asked: Asked, now: datetime) -> Proposal:
    """A profile for a file, or for a folder of files of one shape. `now` is UTC without zone.

    Raises FileRefused where it cannot be read as a table, NotAnExport where no ticket can be made of its rows.
    """
    taken = sample(path)
    columns = [facts_of(place, header, taken.rows[header]) for place, header in enumerate(taken.header)]
    name = tidied(asked.name or path.name)
    who = matched(columns, taken, asked.columns)
    draft = drafted(taken, columns, who, asked, name, now)
    return _proposal(taken, columns, draft, name, desk, now)


def tidied(name: str) -> str:
    """A name for a profile and its folder: lower case, without endings and dates."""
    stem = re.sub(r"(\.(csv|gz|zip|jsonl?|ndjson|parquet|xlsx|txt|tsv))+$", "", name.lower())
    stem = re.sub(r"\d{4}[-_.]?\d{2}([-_.]?\d{2})?|\(\d+\)", "", stem)
    return re.sub(r"[^a-z0-9]+", "_", stem).strip("_") or "export"


def _proposal(taken: Sample, columns: Sequence[Facts], draft: Draft, name: str, desk: Desk, now: datetime) -> Proposal:
    profile = as_profile(draft.data)
    trial, _ = tried(taken, profile, profile.desk_time_zone or desk.time_zone, now)
    used = {header for read in draft.reads for header in read.headers}
    doubts = list(draft.doubts)
    if trial.rejected_share > MUCH:
        reasons = ", ".join(f"{reason} ({count:,})" for reason, count in trial.rejected.items())
        doubts.append(Doubt(f"{trial.rejected_rows:,} of {trial.rows:,} rows would be rejected: {reasons}", "see whether the columns are the right ones"))
    return Proposal(
        name=name,
        path=taken.path.name,
        files=len(taken.files),
        rows=len(taken.rows),
        is_whole=taken.is_whole,
        known=None,
        is_known_as_it_is=False,
        data=draft.data,
        profile=profile,
        reads=tuple(draft.reads),
        evidence=tuple(draft.evidence),
        assumptions=tuple(draft.assumptions),
        doubts=tuple(doubts),
        unread=tuple((column.header, "") for column in columns if column.header not in used),
        feeds=feeding(profile, shipped(desk)),
        trial=trial,
    )


def as_profile(data: Mapping[str, Any]) -> SourceProfile:
    """The data as the profile that a run would read."""
    return SourceProfile.model_validate(data)


def checked(proposal: Proposal) -> str:
    """The YAML, read back as a run reads it. Raises ConfigurationError where it would not."""
    text = as_yaml(proposal)
    with TemporaryDirectory(prefix="okr-") as folder:
        path = Path(folder) / f"{proposal.name}.yaml"
        path.write_text(text, encoding="utf-8")
        Document(path, path.name).as_model(SourceProfile)
    return text
