"""Time zones and countries by their names, and the message where there is none such."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

import holidays
from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from okr_analytics.errors import did_you_mean


def known_time_zone(name: str) -> str:
    """The name itself if it is an IANA time zone; raises ValueError with the nearest one otherwise."""
    if name not in _time_zones():
        raise ValueError(f"no IANA time zone '{name}'{_nearest(name, _time_zones(), 'Europe/Madrid')}")
    return name


def known_country(code: str) -> str:
    """The code in capitals if public holidays of that country are known; raises ValueError otherwise."""
    if code.upper() not in _subdivisions():
        raise ValueError(f"no public holidays known of '{code}'{_nearest(code, _subdivisions(), 'ES')}")
    return code.upper()


def known_subdivision(code: str, beside: ValidationInfo) -> str:
    """The code if the country beside it has such a state or region; raises ValueError otherwise."""
    if "country" not in beside.data:  # refused already, and without it nobody can say which there are
        return code
    country = beside.data["country"]
    if country is None:
        raise ValueError(f"'{code}' needs its country beside it; add country")
    subdivisions = _subdivisions().get(country, ())
    if code not in subdivisions:
        raise ValueError(f"{country} has no subdivision '{code}'{did_you_mean(code, subdivisions)}")
    return code


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _subdivisions() -> dict[str, list[str]]:
    return dict(holidays.list_supported_countries())


def _nearest(name: str, choices: object, example: str) -> str:
    hint = did_you_mean(name, choices)  # type: ignore[arg-type]
    return hint if "did you mean" in hint else f"; write it like {example}"


def _is_text(value: object) -> object:
    """YAML reads NO as false, ON as true and 01 as a number; only quotes tell."""
    if value is not None and not isinstance(value, str):
        raise ValueError(f'YAML reads this as {value}; put the code in quotes, like "NO"')
    return value


TimeZone = Annotated[str, AfterValidator(known_time_zone)]
Country = Annotated[str, BeforeValidator(_is_text), AfterValidator(known_country)]
Subdivision = Annotated[str, BeforeValidator(_is_text), AfterValidator(known_subdivision)]
