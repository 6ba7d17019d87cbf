"""Numbers, shares and durations as people of a language read them. Never more digits than the warehouse's number
bears out: what is shown is the value, rounded."""

import re
from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import format_decimal, format_percent

from okr_analytics.languages.spoken import NO_BREAK, SEVERAL, UNKNOWN, Spoken, Wording

MINUTE, HOUR, DAY = 60, 3600, 86400
SECONDS_BELOW = 10 * MINUTE  # a duration from here on is said without its seconds
HOURS_BELOW = 2 * DAY  # likewise without its minutes, in days
MINUS = "\N{MINUS SIGN}"
SCALE = "of "
SOME = re.compile("[1-9]")


class Figures(Spoken):
    """Figures in a language; null is its sign for not known."""

    def figure(self, value: float | None, unit: str) -> str:
        """A value of a KPI: 4 h 12 min, 94.2 %, 4.31 of 5, 1,234 tickets."""
        if value is None:
            return UNKNOWN
        if unit == "share":
            return self.share(value)
        if unit == "seconds":
            return self.duration(value)
        number = rounded(value, _decimals(value, unit))
        if unit.startswith(SCALE):
            return self._of(self._number(number), unit)
        return f"{self._number(number)}{NO_BREAK}{self._counted(unit, number)}"

    def bare(self, value: float | None, unit: str) -> str:
        """The same where the unit stands elsewhere: durations and shares keep theirs."""
        if value is None or unit in ("share", "seconds"):
            return self.figure(value, unit)
        return self._number(rounded(value, _decimals(value, unit)))

    def change(self, difference: float | None, unit: str) -> str:
        """How far a value moved, with its sign; shares in percentage points."""
        if difference is None:
            return UNKNOWN
        if unit == "share":
            sign = self.form(self.texts["percentage_points"], SEVERAL).replace(" ", NO_BREAK)
            said = f"{self._number(rounded(difference * 100, 1))}{NO_BREAK}{sign}"
        else:
            said = self.bare(difference, unit)
        return f"+{said}" if difference > 0 and SOME.search(said) else said

    def share(self, share: float | None, decimals: int = 1) -> str:
        """A share of 0 to 1 in percent."""
        if share is None:
            return UNKNOWN
        pattern = str(self.locale.percent_formats[None].pattern).replace("#,##0", _pattern(decimals))
        said = format_percent(rounded(share, decimals + 2), pattern, locale=self.locale)
        return said.replace("-", MINUS)

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """A number; without `decimals` whole where it is whole, else with one."""
        if value is None:
            return UNKNOWN
        return self._number(rounded(value, _decimals(value, "") if decimals is None else decimals))

    def duration(self, seconds: float | None) -> str:
        """A duration in its two largest units: 3 d 4 h, 4 h 12 min, 5 min 20 s."""
        if seconds is None:
            return UNKNOWN
        sign = MINUS if seconds <= -1 else ""
        parts = [self._part(name, count) for name, count in _parts(abs(seconds)) if count]
        return sign + NO_BREAK.join(parts or [self._part("second", 0)])

    def unit(self, unit: str) -> str:
        """A unit by itself, of several things; one that the home wrote stays."""
        return self._of("", unit).strip() if unit.startswith(SCALE) else self._counted(unit, SEVERAL)

    def _of(self, value: str, unit: str) -> str:
        most = self._number(Decimal(unit.removeprefix(SCALE)))
        return self.form(self.texts["of_scale"], SEVERAL).format(value=value, most=most)

    def _part(self, name: str, count: int) -> str:
        said = format_decimal(count, locale=self.locale)
        return self.form(self.texts[f"duration.{name}"], count).format(count=said).replace(" ", NO_BREAK)

    def _number(self, number: Decimal) -> str:
        places = -int(number.as_tuple().exponent)
        return format_decimal(number, _pattern(max(places, 0)), locale=self.locale).replace("-", MINUS)

    def _counted(self, unit: str, number: Decimal | int) -> str:
        """The unit for so many: its thing, and per what."""
        thing, _, per = unit.partition(" per ")
        wording: Wording = self.units.get(thing, thing)
        said = self.form(wording, number)
        return f"{said} {self.per.get(per, per)}" if per else said


def rounded(value: float, decimals: int) -> Decimal:
    """The value with so many decimals; never a negative zero."""
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    return number or abs(number)


def _decimals(value: float, unit: str) -> int:
    """How many decimals a value is worth: two on a scale and for small ratios, none where it is whole."""
    if unit.startswith(SCALE):
        return 2
    if value == round(value):
        return 0
    return 2 if abs(value) < 1 else 1


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _parts(seconds: float) -> tuple[tuple[str, int], ...]:
    """Days and hours, hours and minutes, or minutes and seconds, rounded to the smaller."""
    if round(seconds) < SECONDS_BELOW:
        minutes, rest = divmod(round(seconds), MINUTE)
        return (("minute", minutes), ("second", rest))
    if round(seconds / MINUTE) < HOURS_BELOW // MINUTE:
        hours, rest = divmod(round(seconds / MINUTE), HOUR // MINUTE)
        return (("hour", hours), ("minute", rest))
    days, rest = divmod(round(seconds / HOUR), DAY // HOUR)
    return (("day", days), ("hour", rest))
