"""Whether a known profile reads the table: by its headers, and by what it makes of the cells.

One that reads nearly everything is taken with what differs; one that only shares a few common headers is not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from okr_analytics.contracts.rows import unreadable
from okr_analytics.detection.draft import Draft
from okr_analytics.detection.facts import MOST
from okr_analytics.detection.proposal import Doubt, Trial
from okr_analytics.detection.sample import Sample
from okr_analytics.detection.trial import LACKING, tried
from okr_analytics.errors import ConfigurationError, FileRefused
from okr_analytics.exports.headers import Headers, Place, Wanted
from okr_analytics.home import SHIPPED_SOURCES, Home
from okr_analytics.sources.profile import SourceProfile
from okr_analytics.sources.registry import profile_files, read_profile

FEWEST, MANY = 5, 10
FEWEST_OF_DRAFT = 0.75
LEAST_OF_PROFILE, FEWEST_OF_PROFILE = 0.25, 0.4
NEEDED = ("ticket_id", "status", "opened_at", "first_response_at", "resolved_at")
MOST_ODD = 0.02
LOOKED_AT = 20_000
RULES = ("event_at", "event_sequence", "event_response")


@dataclass(frozen=True)
class Fit:
    """A known profile, where it finds our columns in the table, and what has to differ: what a profile `like` it says
    beside its name. Nothing: it fits as it is. `rows` are the sample's under it."""

    name: str
    profile: SourceProfile
    headers: Headers
    differs: Mapping[str, Any]
    reasons: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    trial: Trial
    rows: pl.DataFrame

    @property
    def is_as_it_is(self) -> bool:
        """Whether nothing has to differ."""
        return not self.differs


def best_fit(
    home: Home, taken: Sample, draft: Draft | None, desk_zone: str, asked_zone: str | None, now: datetime
) -> Fit | None:
    """The known profile that reads most of the table; null where none reads what a profile of its own (null: there can
    be none) would."""
    candidates = sorted(
        _candidates(home, taken, draft), key=lambda each: (-len(each[2]), -_share(each[1], each[2]), each[0])
    )
    for name, profile, headers, is_shipped in candidates:
        fit = _fit(name, profile, headers, taken, draft, desk_zone, asked_zone, now)
        if fit and (is_shipped or fit.is_as_it_is):
            others = [each for each, _, theirs, _ in candidates if each != name and len(theirs) == len(headers)]
            return replace(fit, reasons=(*fit.reasons, *(f"'{each}' would read as many columns" for each in others)))
    return None


def _candidates(home: Home, taken: Sample, draft: Draft | None) -> Iterator[tuple[str, SourceProfile, Headers, bool]]:
    """Profiles that find their headers, enough of them, and all that the draft is sure of."""
    for name, path in profile_files(home).items():
        try:
            profile = read_profile(home, name)
            headers = Wanted(profile).placed(taken.header)
        except (FileRefused, ConfigurationError):
            continue
        if _reads_enough(profile, headers, draft, taken):
            yield name, profile, headers, path.parent == SHIPPED_SOURCES


def _reads_enough(profile: SourceProfile, headers: Headers, draft: Draft | None, taken: Sample) -> bool:
    found = _ours(headers)
    is_much = len(found) >= FEWEST or _share(profile, headers) == 1
    share = _share(profile, headers)
    if draft is None or (len(found) >= MANY and share >= MOST):  # it cannot be chance
        return is_much and share >= FEWEST_OF_PROFILE
    sure = {read.ours: read.headers[0] for read in draft.reads if read.is_sure and not read.is_empty}
    told = {*found, *_derived(found), *(["resolved_at"] if "closed_at" in found else [])}
    return (
        profile.kind == draft.data["kind"]
        and is_much
        and share >= LEAST_OF_PROFILE
        and len(found) >= FEWEST_OF_DRAFT * len(sure)
        and {ours for ours in sure if ours in NEEDED} <= told
        and all(_is_same(ours, sure[ours], headers[ours], taken) for ours in NEEDED if ours in sure and ours in found)
    )


def _is_same(ours: str, header: str, place: Place, taken: Sample) -> bool:
    """Whether both read one header, or two that say the same: ids that are as many, instants that are equal."""
    if header in place.names:
        return True
    theirs, mine = taken.rows[place.names[0]], taken.rows[header]
    if ours == "ticket_id":
        return bool(theirs.n_unique() == mine.n_unique())
    return int((theirs == mine).sum()) >= MOST * len(mine.drop_nulls())


def _derived(found: set[str]) -> Iterator[str]:
    """Instants that follow from a figure."""
    if "source_first_response_calendar_seconds" in found:
        yield "first_response_at"
    if "source_full_resolution_calendar_seconds" in found:
        yield "resolved_at"


def _ours(headers: Headers) -> set[str]:
    return set(headers) - {*RULES}


def _share(profile: SourceProfile, headers: Headers) -> float:
    return len(_ours(headers)) / max(1, len({*profile.columns, *profile.together}))


def _fit(
    name: str,
    profile: SourceProfile,
    headers: Headers,
    taken: Sample,
    draft: Draft | None,
    desk_zone: str,
    asked_zone: str | None,
    now: datetime,
) -> Fit | None:
    """What has to differ for the profile to read the cells too; null where even that does not do."""
    differs: dict[str, Any] = {}
    reasons = []
    if asked_zone and asked_zone != profile.instants.time_zone:
        differs["instants"] = {"time_zone": asked_zone}
        reasons.append(f"time zone {asked_zone} instead of {profile.instants.time_zone}, as said by --time-zone")
    some = taken.first(LOOKED_AT)
    try:
        trial, rows = tried(some, profile, profile.desk_time_zone or desk_zone, now)
    except FileRefused:
        return None
    if not _is_readable(rows, headers):
        if draft is None:
            return None
        differs["instants"] = {**differs.get("instants", {}), "formats": list(draft.order.formats)}
        reasons.append(f"instants are written differently: {', '.join(draft.order.formats) or 'as ISO 8601'}")
    read = _with(profile, differs)
    if differs or len(some.rows) < len(taken.rows):
        trial, rows = tried(taken, read, read.desk_time_zone or desk_zone, now)
    if not _is_readable(rows, headers) or LACKING in trial.rejected:
        return None
    doubts = [draft.order.doubt] if draft and draft.order.doubt and "formats" in differs.get("instants", {}) else []
    return Fit(name, read, headers, differs, tuple(reasons), tuple(doubts), trial, rows)


def _with(profile: SourceProfile, differs: Mapping[str, Any]) -> SourceProfile:
    said = profile.model_dump(exclude_unset=True)
    instants = {**said.get("instants", {}), **differs.get("instants", {})}
    return SourceProfile.model_validate({**said, "instants": instants} if differs else said)


def _is_readable(rows: pl.DataFrame, headers: Headers) -> bool:
    """Whether nearly all filled cells of each column of instants are read; a single odd one in a small file is no
    matter of the profile."""
    for ours in headers:
        flag = unreadable(ours)
        if flag in rows.columns and rows[ours].dtype == pl.Datetime("us"):
            wrong, right = int(rows[flag].sum()), len(rows) - rows[ours].null_count()
            if wrong > max(1, MOST_ODD * (wrong + right)) or wrong > right:
                return False
    return True
