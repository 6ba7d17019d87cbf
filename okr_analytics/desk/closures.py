"""Days on which nobody works: a country's public holidays, and the desk's own."""

from datetime import date
from functools import cache
from typing import Annotated, Self

import holidays
from pydantic import BeforeValidator, Field, model_validator

from okr_analytics.desk.blocks import Block, Day
from okr_analytics.desk.zones import Country, Subdivision
from okr_analytics.documents import one_or_several

DayList = Annotated[tuple[Day, ...], BeforeValidator(one_or_several)]


class Holidays(Block):
    """Public holidays of a country (none without one), with days that are added and taken away."""

    country: Country | None = Field(default=None, description="ISO country code, like ES")
    subdivision: Subdivision | None = Field(default=None, description="state or region of that country, like MD")
    dates: DayList = Field(default=(), description="the desk's own closed days")
    open: DayList = Field(default=(), description="public holidays on which the desk works")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if both := sorted(set(self.dates) & set(self.open)):
            raise ValueError(f"{both[0]} is closed and open; keep it under dates or under open")
        early = [day for day in (*self.dates, *self.open) if self.valid_from and day < self.valid_from]
        if early:
            raise ValueError(f"{min(early)} lies before valid_from {self.valid_from}; move it to an earlier block")
        return self

    def closed_days(self, year: int) -> frozenset[date]:
        """The days of a year on which nobody works, were this block valid on all of them."""
        public = _public(self.country, self.subdivision, year) if self.country else frozenset()
        return public.difference(self.open).union(day for day in self.dates if day.year == year)


@cache
def _public(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    public = holidays.country_holidays(country, subdiv=subdivision, years=year)
    return frozenset(day for day in public if day.year == year)
