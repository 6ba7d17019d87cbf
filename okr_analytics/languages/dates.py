"""Days, instants and periods as people of a language read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_interval, format_skeleton, get_day_names

from okr_analytics.languages.spoken import Spoken

DAY = "yMMMd"
SHORT_DAY = "MMMd"
MONTH = "yMMMM"


class Dates(Spoken):
    """Dates in a language."""

    def day(self, day: date) -> str:
        """A day: 24 Aug 2026."""
        return format_skeleton(DAY, day, locale=self.locale)

    def short_day(self, day: date) -> str:
        """A day where the year is clear: 24 Aug."""
        return format_skeleton(SHORT_DAY, day, locale=self.locale)

    def day_range(self, first: date, last: date) -> str:
        """From a day to another, both inclusive: 1 Jul – 30 Sept 2026."""
        return format_interval(first, last, DAY, locale=self.locale)

    def month(self, day: date) -> str:
        """The month of a day, with its year."""
        return format_skeleton(MONTH, day, locale=self.locale)

    def month_range(self, first: date, last: date) -> str:
        """From a month to another, both inclusive: May – August 2026."""
        return format_interval(first, last, MONTH, locale=self.locale)

    def instant(self, instant: datetime, zone: ZoneInfo) -> str:
        """An instant, in UTC as the warehouse has it, on a zone's clock: 24 Aug 2026, 04:15."""
        local = instant.replace(tzinfo=UTC).astimezone(zone)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def weekday(self, number: int, *, is_short: bool = False) -> str:
        """The name of a weekday, 1 for Monday to 7 for Sunday."""
        names = get_day_names("abbreviated" if is_short else "wide", context="stand-alone", locale=self.locale)
        return str(names[number - 1])
