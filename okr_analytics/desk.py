"""The desk file: where the team works. Hours, holidays and SLA targets will live here too."""

from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from okr_analytics.documents import Document
from okr_analytics.errors import did_you_mean
from okr_analytics.home import Home


def known_time_zone(name: str) -> str:
    """The name itself if it is an IANA time zone; raises ValueError with the nearest one otherwise."""
    if name not in available_timezones():
        raise ValueError(f"no IANA time zone '{name}'{_nearest(name)}")
    return name


def _nearest(name: str) -> str:
    hint = did_you_mean(name, available_timezones())
    return hint if "did you mean" in hint else "; write it like Europe/Madrid"


class Desk(BaseModel):
    """What `desk.yaml` says.

    `time_zone` decides on which local day a thing happened. `country` (and `subdivision`) name the public
    holidays that business hours will leave out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_zone: str = Field(default="UTC", description="IANA time zone of the desk, like Europe/Madrid")
    country: str | None = Field(default=None, description="ISO country code for public holidays, like ES")
    subdivision: str | None = Field(default=None, description="state or region of that country, like MD")

    _known_zone = field_validator("time_zone")(known_time_zone)

    @property
    def has_hours(self) -> bool:  # noqa: D102
        return False

    @property
    def zone(self) -> ZoneInfo:  # noqa: D102
        return ZoneInfo(self.time_zone)


def read_desk(home: Home) -> Desk:
    """The home's desk file; a home without one works in UTC. Raises ConfigurationError."""
    if not home.desk_file.exists():
        return Desk()
    return Document(home.desk_file, home.relative(home.desk_file)).as_model(Desk)
