"""What a source profile may say: how one helpdesk's export maps to the project's own columns.

A profile is data. It knows no file and no row; reading is `exports`, applying is `landing`.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from okr_analytics.contracts.columns import CHANNELS, ESCALATION_REASONS, HUMAN_STATUSES, PRIORITIES, STATUSES
from okr_analytics.contracts.kinds import KINDS
from okr_analytics.desk import known_time_zone
from okr_analytics.documents import one_or_several
from okr_analytics.errors import did_you_mean

CLOSED_LISTS = {
    "channel": CHANNELS,
    "origin_channel": CHANNELS,
    "status": STATUSES,
    "priority": PRIORITIES,
    "escalation_reason": ESCALATION_REASONS,
    "human_status": HUMAN_STATUSES,
}


Words = Annotated[tuple[str, ...], BeforeValidator(one_or_several)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Instants(_Written):
    """How the file writes an instant. One with an offset (or Z) says its own zone; others are in `time_zone`."""

    formats: Words = Field(default=(), description="strptime formats, tried in order; ISO 8601 is always read")
    time_zone: str = Field(default="UTC", description="IANA zone of instants that carry no offset")

    _known_zone = field_validator("time_zone")(known_time_zone)


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
    columns: dict[str, Words] = Field(description="our column: the export's header, or several that may occur")
    optional: Words = Field(default=(), description="our columns whose header may be absent; 'all' but the key ones")
    words: dict[str, dict[str, Words]] = Field(
        default={}, description="per word column: our word: the export's words, beside the built-in ones"
    )
    exported_at: str | None = Field(
        default=None,
        description="pattern on the file name with a group 'day' (YYYY-MM-DD) for the export's day",
    )
    events: Events | None = Field(default=None, description="for kind events: the folding rules")

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
        if lacking := set(KINDS[kind].required) - set(columns):
            raise ValueError(f"name the header of {' and '.join(sorted(lacking))}: no {kind[:-1]} without")
        if (one_of := KINDS[kind].one_of) and not set(one_of) & set(columns):
            raise ValueError(f"name the header of {' or '.join(one_of)}: no {kind[:-1]} without")
        return columns

    @field_validator("words")
    @classmethod
    def _words(cls, words: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, dict[str, tuple[str, ...]]]:
        for column, folding in words.items():
            if column not in CLOSED_LISTS:
                raise ValueError(f"'{column}' has no word list{did_you_mean(column, CLOSED_LISTS)}")
            for word in folding:
                if word not in CLOSED_LISTS[column]:
                    raise ValueError(f"no {column} '{word}'{did_you_mean(word, CLOSED_LISTS[column])}")
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

    def is_required(self, column: str) -> bool:
        """Whether a file without this column's header fails."""
        return column in KINDS[self.kind].required or ("all" not in self.optional and column not in self.optional)
