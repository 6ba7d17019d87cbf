"""What is wrong in one file of objectives: every breach at its line, none keeping the next from being looked at."""

from collections.abc import Callable
from typing import TypeVar

from okr_analytics.documents import Document, Loc
from okr_analytics.errors import Problem, UsageError

T = TypeVar("T")


class Findings:
    """The problems found so far in one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[Problem] = []

    @property
    def file(self) -> str:  # noqa: D102
        return self._document.name

    @property
    def errors(self) -> int:
        """How many problems are worse than a warning."""
        return sum(not each.is_warning for each in self.problems)

    def where(self, loc: Loc) -> str:
        """File and line of `loc`."""
        return self._document.where(loc)

    def refuse(self, loc: Loc, found: str) -> None:
        """Something at `loc` breaks a rule."""
        self.problems.append(self._document.problem(loc, found))

    def warn(self, loc: Loc, found: str) -> None:
        """Something at `loc` may not mean what its author thinks."""
        self.problems.append(self._document.problem(loc, found, is_warning=True))

    def attempt(self, loc: Loc, read: Callable[[], T]) -> T | None:
        """What `read` returns; null where it raised ValueError or UsageError, which is then a problem at `loc`."""
        try:
            return read()
        except (ValueError, UsageError) as error:
            self.refuse(loc, str(error))
            return None
