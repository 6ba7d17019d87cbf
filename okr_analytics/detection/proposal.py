"""What detection found out about an export, and what it asks. How it is shown or written does not belong here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from okr_analytics.errors import FileRefused
from okr_analytics.sources.profile import SourceProfile


@dataclass(frozen=True)
class Asked:
    """What the user said beside the file. `columns`: our column to the header that it is, whatever we think of it.
    `is_new`: a profile of its own is wanted even where a known one fits."""

    name: str | None = None
    dates: str | None = None
    time_zone: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    is_new: bool = False


@dataclass(frozen=True)
class Read:
    """A column of ours and where it is read: its headers, how sure that is, why, and an example that is nobody's
    personal data (else null). `others` are headers that it could be as well. `is_empty`: no cell is filled yet."""

    ours: str
    headers: tuple[str, ...]
    is_sure: bool
    why: str
    example: str | None = None
    others: tuple[str, ...] = ()
    is_empty: bool = False


@dataclass(frozen=True)
class Doubt:
    """Something that people should look at, and what to do about it. `is_open`: nothing is written until it is said."""

    found: str
    mend: str
    is_open: bool = False

    def __str__(self) -> str:
        return f"{self.found}; {self.mend}"


@dataclass(frozen=True)
class Trial:
    """What became of the sample's rows under the proposed profile."""

    rows: int
    rejected: Mapping[str, int]
    rejected_rows: int
    nulled: Mapping[str, Mapping[str, int]]

    @property
    def rejected_share(self) -> float:
        """Of the rows, how many could not stand."""
        return self.rejected_rows / max(1, self.rows)


@dataclass(frozen=True)
class Proposal:
    """A profile for an export. `known`: the profile that it is (nothing else needs saying) or that it is like."""

    name: str
    path: str
    files: int
    rows: int
    is_whole: bool
    known: str | None
    is_known_as_it_is: bool
    data: Mapping[str, Any]
    profile: SourceProfile
    reads: tuple[Read, ...]
    evidence: tuple[str, ...]
    assumptions: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    unread: tuple[tuple[str, str], ...]
    feeds: Mapping[str, str | None]
    trial: Trial

    @property
    def is_open(self) -> bool:
        """Whether an answer is needed before it can be written."""
        return any(doubt.is_open for doubt in self.doubts)


class NotAnExport(FileRefused):
    """A table that no ticket, or event of one, can be made of."""
