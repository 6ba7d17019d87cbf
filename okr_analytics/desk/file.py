"""The desk file: where and when the team works, what it has promised, and how customers answer."""

from collections.abc import Mapping
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from okr_analytics.desk.blocks import Blocks
from okr_analytics.desk.closures import Holidays
from okr_analytics.desk.hours import Hours
from okr_analytics.desk.openings import open_days
from okr_analytics.desk.schedule import Schedule
from okr_analytics.desk.sla import Sla
from okr_analytics.desk.surveys import Scale, Surveys, known_question, scales
from okr_analytics.desk.zones import Country, Subdivision, TimeZone
from okr_analytics.documents import Document
from okr_analytics.home import Home


class Site(BaseModel):
    """Where and when a team, a source or the desk works. `holidays` take the place of `country` from their first
    day on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_zone: TimeZone | None = Field(default=None, description="IANA time zone, like Europe/Madrid")
    country: Country | None = Field(default=None, description="ISO country code for public holidays, like ES")
    subdivision: Subdivision | None = Field(default=None, description="state or region of that country, like MD")
    hours: Blocks[Hours] = Field(default=(), description="weekly hours; left out: not known")
    holidays: Blocks[Holidays] = Field(default=(), description="public holidays and own closed days")

    @field_validator("holidays")
    @classmethod
    def _keep_the_country(cls, blocks: tuple[Holidays, ...], info: ValidationInfo) -> tuple[Holidays, ...]:
        country = info.data.get("country")
        if country and (silent := [each for each in blocks if each.country is None]):
            since = f"from {silent[0].valid_from} on" if silent[0].valid_from else "always"
            raise ValueError(
                f"a block without country means that {country}'s public holidays are worked {since}; "
                f"add country: {country} to the block, or leave it out at the top"
            )
        return blocks

    @property
    def closures(self) -> tuple[Holidays, ...]:
        """The holidays by block; `country` alone is one block that is always valid."""
        since_ever = bool(self.holidays) and self.holidays[0].valid_from is None
        if since_ever or self.country is None:
            return self.holidays
        return (Holidays(country=self.country, subdivision=self.subdivision), *self.holidays)


class Desk(Site):
    """What `desk.yaml` says. `time_zone` decides on which local day a thing happened.

    Teams and sources say what is different with them; what they leave out is the desk's.
    """

    time_zone: TimeZone = Field(default="UTC", description="IANA time zone of the desk, like Europe/Madrid")
    sla: Blocks[Sla] = Field(default=(), description="targets by priority")
    surveys: Blocks[Surveys] = Field(default=(), description="scale per survey question")
    teams: Mapping[str, Site] = Field(default={}, description="teams with hours of their own, by name")
    sources: Mapping[str, Site] = Field(default={}, description="helpdesks whose desk is elsewhere, by source")
    language: Literal["en", "es", "pt", "ro"] = Field(
        default="en", exclude=True, description="what the page is written in: en, es, pt or ro"
    )
    generations_kept: int = Field(
        default=3,
        ge=1,
        strict=True,
        exclude=True,
        description="how many earlier warehouses stay",
    )

    @property
    def zone(self) -> ZoneInfo:  # noqa: D102
        return ZoneInfo(self.time_zone)

    @property
    def has_hours(self) -> bool:
        """Whether the desk's own hours are known, at least from some day on."""
        return bool(self.hours)

    @property
    def schedule(self) -> Schedule | None:
        """The desk's own schedule; null where no hours are known."""
        return Schedule(self.time_zone, self.hours, self.closures) if self.hours else None

    def schedule_of(self, source: str, team: str, source_zone: str | None) -> Schedule | None:
        """The schedule of a row: its team's own, else its source's, else the desk's; null where none is known.

        `source_zone` is the zone that the source's profile gives (null: it gives none): where it is another than the
        desk's, the desk's hours say nothing of that source.
        """
        if team in self.teams:
            return self._schedule(self.teams[team], self.time_zone)
        if source in self.sources:
            return self._schedule(self.sources[source], source_zone or self.time_zone)
        return self.schedule if source_zone in (None, self.time_zone) else None

    def _schedule(self, site: Site, time_zone: str) -> Schedule | None:
        hours = site.hours or self.hours
        closures = site.closures if site.country or site.holidays else self.closures
        return Schedule(site.time_zone or time_zone, hours, closures) if hours else None

    def business_days(self, first: date, last: date) -> list[bool]:
        """Whether each day from `first` to `last` is a business day: a local day with any open minute.

        The hours after midnight of a night shift make the day on which they fall one. Where no hours are known every
        day is one.
        """
        if self.schedule is None:
            return [True] * max((last - first).days + 1, 0)
        return open_days(self.schedule, first, last)

    def is_business_day(self, day: date) -> bool:
        """Whether a local day has any open minute, or no hours are known on it."""
        return self.business_days(day, day)[0]

    def business_days_between(self, earlier: date, later: date) -> int:
        """How many business days come after `earlier`, up to `later` and including it."""
        return sum(self.business_days(earlier, later)[1:])

    def scales(self, question: str) -> tuple[Scale, ...]:
        """The scales of a survey question, oldest first. Raises ValueError where there is no such question."""
        return scales(self.surveys, known_question(question))


def read_desk(home: Home) -> Desk:
    """The home's desk file; a home without one works in UTC. Raises ConfigurationError."""
    if not home.desk_file.exists():
        return Desk()
    return Document(home.desk_file, home.relative(home.desk_file)).as_model(Desk)
