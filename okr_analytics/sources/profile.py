"""What a source profile may say: how one helpdesk's export maps to the project's own columns.

A profile is data. It knows no file and no row; reading is `exports`, applying is `landing`.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from okr_analytics.contracts.kinds import KINDS, Kind
from okr_analytics.desk import known_time_zone
from okr_analytics.documents import one_or_several
from okr_analytics.errors import did_you_mean
from okr_analytics.sources.vocabulary import DESK, REMAINING, STATIONED, STATIONS, WORD_LISTS, Unit

Words = Annotated[tuple[str, ...], BeforeValidator(one_or_several)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Instants(_Written):
    """How the file writes an instant. One with an offset (or Z) says its own zone; others are in `time_zone`."""

    formats: Words = Field(default=(), description="strptime formats, tried in order; ISO 8601 is always read")
    time_zone: str = Field(
        default="UTC", description="IANA zone of instants that carry no offset; 'desk': that of desk.yaml"
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        return name if name == DESK else known_time_zone(name)

    def zone(self, desk_zone: str) -> str:
        """The IANA zone of instants that carry no offset."""
        return desk_zone if self.time_zone == DESK else self.time_zone


class Response(_Written):
    """Which events count as an answer to the customer: those whose column is none of the given words."""

    column: str = Field(description="header of the column that tells")
    not_in: Words = Field(description="words under which nobody has answered yet")


class Events(_Written):
    """How one row per event folds to one row per ticket."""

    at: str = Field(description="header of the event's instant")
    sequence: str | None = Field(default=None, description="header of the number that orders a ticket's events")
    solved_at: Literal["first_in_state", "last_in_state"] = Field(
        default="first_in_state", description="which event of a stretch in state solved is the solve"
    )
    response: Response | None = Field(default=None, description="which events count as a first response")
    opened_at: Literal["column", "first_event"] = Field(
        default="column", description="first_event: the log tells of each ticket from its opening on, its first event"
    )


class SourceProfile(_Written):
    """One helpdesk's export format."""

    title: str = Field(description="name for people")
    kind: Literal["tickets", "events", "surveys", "articles", "observations", "checkins"] = Field(
        description="one row per ticket version, per event of a ticket, per survey, per article and day, "
        "per metric and day, or per check-in"
    )
    source: str | None = Field(default=None, description="name of the source; default: the folder's name")
    encoding: str | None = Field(default=None, description="encoding of the files; default: detected")
    delimiter: str | None = Field(default=None, min_length=1, max_length=1, description="default: detected")
    desk_time_zone: str | None = Field(
        default=None, description="zone of the desk behind this source, where it is not desk.yaml's"
    )
    instants: Instants = Field(default=Instants(), description="how instants are written")
    missing: Words = Field(default=("",), description="words that mean: no value")
    events: Events | None = Field(default=None, description="for kind events: the folding rules")
    together: dict[str, tuple[Words, ...]] = Field(
        default={}, description="our column: headers whose cells are read together, as a date and a time apart"
    )
    columns: dict[str, Words] = Field(
        description="our column: the export's header, or several that may occur; '{time_zone}' in a header stands for "
        "the zone that it names; in JSON 'outer.inner' is a field of a field"
    )
    units: dict[str, Unit] = Field(
        default={},
        description="our column, or one of its headers: the unit of its bare numbers, where that is not seconds. "
        "since_1970: a duration written as an instant; remaining: time left, below zero once the promise is broken; "
        "stations: hands that a ticket was in, which are one more than its transfers",
    )
    optional: Words = Field(default=(), description="our columns whose header may be absent; 'all' but the key ones")
    words: dict[str, dict[str, Words]] = Field(
        default={}, description="per word column: our word: the export's words, beside the built-in ones"
    )
    removed_tags: Words = Field(
        default=(), description="tags of tickets that were merged, deleted or spam, whatever their status says"
    )
    exported_at: str | None = Field(
        default=None,
        description="pattern on the file's name, with the folders that it is in; its group 'day' (YYYY-MM-DD) is the "
        "day of the export",
    )

    @field_validator("desk_time_zone")
    @classmethod
    def _zone(cls, name: str | None) -> str | None:
        return name and known_time_zone(name)

    @field_validator("columns")
    @classmethod
    def _columns(cls, columns: dict[str, tuple[str, ...]], said: ValidationInfo) -> dict[str, tuple[str, ...]]:
        kind = said.data.get("kind")
        if kind is None:  # refused already, and without it nobody can say which columns there are
            return columns
        known = KINDS[kind].columns
        for name in columns:
            if name not in known:
                raise ValueError(f"no column '{name}'{did_you_mean(name, known)}")
        if empty := [name for name, headers in columns.items() if not any(headers)]:
            raise ValueError(f"name the header of {' and '.join(empty)}, or leave it out")
        named = {*columns, *said.data.get("together", ())}
        if lacking := _required(kind, said.data.get("events")) - named:
            raise ValueError(f"name the header of {' and '.join(sorted(lacking))}: no {kind[:-1]} without")
        if (one_of := KINDS[kind].one_of) and not set(one_of) & named:
            raise ValueError(f"name the header of {' or '.join(one_of)}: no {kind[:-1]} without")
        if twice := sorted(set(columns) & set(said.data.get("together", ()))):
            raise ValueError(f"{' and '.join(twice)} is in together too; keep one")
        return columns

    @field_validator("together")
    @classmethod
    def _together(
        cls, together: dict[str, tuple[tuple[str, ...], ...]], said: ValidationInfo
    ) -> dict[str, tuple[tuple[str, ...], ...]]:
        known = KINDS[said.data["kind"]].columns if "kind" in said.data else frozenset(together)
        for name in together:
            if name not in known:
                raise ValueError(f"no column '{name}'{did_you_mean(name, known)}")
        return together

    @field_validator("words", mode="before")
    @classmethod
    def _marks_are_words(cls, words: object) -> object:
        """YAML takes the mark 5 for a number."""
        if not isinstance(words, dict):
            return words
        return {
            column: {str(ours): theirs for ours, theirs in folding.items()} if isinstance(folding, dict) else folding
            for column, folding in words.items()
        }

    @field_validator("words")
    @classmethod
    def _words(cls, words: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, dict[str, tuple[str, ...]]]:
        for column, folding in words.items():
            if column not in WORD_LISTS:
                raise ValueError(f"'{column}' has no word list{did_you_mean(column, WORD_LISTS)}")
            for word in folding:
                if word not in WORD_LISTS[column]:
                    raise ValueError(f"no {column} '{word}'{did_you_mean(word, WORD_LISTS[column])}")
        return words

    @field_validator("exported_at")
    @classmethod
    def _pattern(cls, pattern: str | None) -> str | None:
        try:
            groups = re.compile(pattern or "(?P<day>)").groupindex
        except re.error as error:
            raise ValueError(f"no regular expression ({error})") from None
        if "day" not in groups:
            raise ValueError("the pattern needs a group (?P<day>…) that finds YYYY-MM-DD")
        return pattern

    @model_validator(mode="after")
    def _events_go_with_their_kind(self) -> Self:
        if (self.kind == "events") != (self.events is not None):
            raise ValueError("'events' is needed for kind: events, and only there")
        return self

    @model_validator(mode="after")
    def _units_fit_their_columns(self) -> Self:
        kind, ours = KINDS[self.kind], dict(self._named())
        for name, unit in self.units.items():
            column = name if name in self.columns else ours.get(name)
            if column is None:
                raise ValueError(f"units: no column or header '{name}'{did_you_mean(name, (*self.columns, *ours))}")
            columns, takes = _taking(unit, kind)
            if column not in columns:
                raise ValueError(f"units: '{name}' is not {takes}; leave it out")
        return self

    @model_validator(mode="after")
    def _tags_are_named(self) -> Self:
        if self.removed_tags and "tags" not in self.columns:
            raise ValueError("removed_tags needs the header of tags; name it in columns, or leave it out")
        return self

    def _named(self) -> Iterator[tuple[str, str]]:
        return ((header, ours) for ours, headers in self.columns.items() for header in headers)

    @property
    def required(self) -> frozenset[str]:
        """Our columns without which no row can stand."""
        return _required(self.kind, self.events)

    def is_required(self, column: str) -> bool:
        """Whether a file without this column's header fails."""
        return column in self.required or ("all" not in self.optional and column not in self.optional)

    def unit(self, column: str, header: str) -> str:
        """The unit of the bare numbers below a header."""
        return self.units.get(header) or self.units.get(column) or "s"


def _taking(unit: str, kind: Kind) -> tuple[tuple[str, ...], str]:
    """The columns that take this unit, and what they are."""
    if unit == REMAINING:
        return kind.flags, "yes or no, by the time that remains"
    if unit == STATIONS:
        return STATIONED, "a number of transfers"
    return kind.durations, "a duration"


def _required(kind: str, events: Events | None) -> frozenset[str]:
    """The columns without which no row can stand; an opening that is the first event needs none."""
    by_rule = {"opened_at"} if events and events.opened_at == "first_event" else set()
    return frozenset(KINDS[kind].required) - by_rule
