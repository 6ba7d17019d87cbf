"""The one tree of exceptions. A message says where, what was found, and the mend."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class OkrError(Exception):
    """Something a user can mend; shown without a stack trace."""

    exit_code = 1


class DataError(OkrError):
    """The data or a check failed."""


class Unexpected(DataError):
    """Something that nobody foresaw. Its words may quote what people wrote."""


class FileRefused(DataError):
    """A whole export file cannot be read as its profile says; other files go on."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(f"{found}; {mend}")
        self.found = found
        self.mend = mend


class WarehouseBusy(OkrError):
    """Another run holds the lock."""


class DiskError(OkrError):
    """The machine would not write or read: no space, no right, no such disk."""

    def __init__(self, found: str) -> None:
        super().__init__(f"{found}; see that it may be read and written and that the disk is not full")


class UsageError(OkrError):
    """A command was called with something it cannot take."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file that people write. Problems sort by file, line and wording."""

    where: str
    found: str
    is_warning: bool = False

    def __lt__(self, other: "Problem") -> bool:
        return self._place < other._place

    @property
    def _place(self) -> tuple[str, int, str]:
        file, _, line = self.where.rpartition(":")
        return (file, int(line), self.found) if line.isdecimal() else (self.where, 0, self.found)

    def __str__(self) -> str:
        return f"{self.where}: {'warning: ' if self.is_warning else ''}{self.found}"


class ConfigurationError(OkrError):
    """One or more definitions, profiles or desk files break their rules."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(word: str, known: Iterable[str], listed_by: str | None = None) -> str:
    """'; did you mean X?' for the nearest known word; where none is near the command that lists them, else all."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    if listed_by:
        return f"; '{listed_by}' lists them"
    return f"; known: {', '.join(words)}" if words else ""


class StaleBase(DataError):
    """What is published does not follow from what is landed, so that nothing can be merged into it."""
