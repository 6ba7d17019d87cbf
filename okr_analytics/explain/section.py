"""What a story is made of: sections of sentences, tables and figures, for people and for programs alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Grid:
    """A small table: headers, cells as they are shown, and which columns are numbers or statuses."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    statuses: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Section:
    """One part of a story: sentences and tables in their order; `figures` say the same for programs."""

    key: str
    title: str
    parts: Sequence[str | Grid] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Its sentences under `said`, then its figures."""
        return {"said": [each for each in self.parts if isinstance(each, str)], **self.figures}


@dataclass(frozen=True)
class Story:
    """The story of one number: what it is about, and section after section."""

    name: str
    title: str
    is_objective: bool
    day: date
    status: str
    headline: str
    sections: Sequence[Section]

    def as_json(self) -> dict[str, Any]:
        """One object with stable keys.

        id, kind (key_result or objective), title, day, status, headline; then one object per section, each with `said`
        (its sentences) and its figures. Of a key result: definition, answer, formula, outlook, evidence, revisions,
        check_ins. Of an objective: definition, answer, members, revisions.
        """
        about = {
            "id": self.name,
            "kind": "objective" if self.is_objective else "key_result",
            "title": self.title,
            "day": str(self.day),
            "status": self.status,
            "headline": self.headline,
        }
        return {**about, **{each.key: _plain(each.as_json()) for each in self.sections}}


def _plain(value: Any) -> Any:
    """As JSON takes it: days and instants as text."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
