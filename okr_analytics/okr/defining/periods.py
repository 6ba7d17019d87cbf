"""Windows and spans of days. Dates that people write are inclusive."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1970, 2199


@dataclass(frozen=True, order=True)
class Period:
    """Days from `first` to `last`, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def contains(self, other: "Period") -> bool:  # noqa: D102
        return self.first <= other.first and other.last <= self.last

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


def parse_period(text: str) -> Period:
    """Read 2026-07-01..2026-09-30, 2026-Q3 or 2026-07; raises ValueError with the mend."""
    written = str(text).strip()
    if any(not FIRST_YEAR <= int(year) <= LAST_YEAR for year in re.findall(r"(?<!\d)(\d{4})-", written)):
        raise ValueError(f"'{written}' lies outside the years {FIRST_YEAR} to {LAST_YEAR}; check the year")
    if quarter := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", written):
        return _months(int(quarter[1]), 3 * int(quarter[2]) - 2, 3)
    if month := re.fullmatch(r"(\d{4})-(\d{2})", written):
        return _months(int(month[1]), int(month[2]), 1)
    ends = re.split(r"\s*\.\.\s*", written)
    try:
        first, last = map(date.fromisoformat, ends)
    except ValueError:
        raise ValueError(f"'{written}' is no period; write 2026-07-01..2026-09-30, 2026-Q3 or 2026-07") from None
    if last < first:
        raise ValueError(f"the period {written} ends before it begins; write the earlier day first")
    return Period(first, last)


def parse_day(text: str) -> date:
    """Read 2026-08-31; raises ValueError with the mend."""
    written = str(text).strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise ValueError(f"'{written}' is no day; write it like 2026-08-31")


def looks_like_period(text: str) -> bool:
    """Whether it is meant as a period, right or wrong: it has .. or begins like 2026-."""
    return ".." in text or bool(re.match(r"\s*\d{4}-", text))


def _months(year: int, month: int, count: int) -> Period:
    if not 1 <= month <= 12:  # noqa: PLR2004
        raise ValueError(f"there is no month {month}")
    end = month + count - 1
    return Period(date(year, month, 1), date(year, end, calendar.monthrange(year, end)[1]))


def days_of(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`; none where it ends before it begins."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def whole_periods(window: Period, grain: str) -> list[Period]:
    """The days, weeks (from Monday) or months that lie wholly inside the window."""
    found = []
    first = _begin(window.first, grain)
    while first <= window.last:
        following = _begin(first + timedelta(days=31 if grain == "month" else 7 if grain == "week" else 1), grain)
        found.append(Period(first, following - timedelta(days=1)))
        first = following
    return [each for each in found if window.contains(each)]


def _begin(day: date, grain: str) -> date:
    if grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def parse_over(text: str) -> str:
    """The span that a value is measured over, as it is kept: window, week, month or a number of days like 28d."""
    written = str(text).strip().lower().replace(" ", "")
    if written in ("window", "week", "month") or re.fullmatch(r"[1-9]\d{0,3}d", written):
        return written
    raise ValueError(f"over: '{text}' is no span; write window, week, month or a number of days like 28d")


def span(over: str, day: date, window: Period) -> Period:
    """The days that a value on `day` is measured over. A week or month is the one that the day is in, so far."""
    if over == "window":
        return Period(window.first, day)
    if over == "week":
        return Period(day - timedelta(days=day.weekday()), day)
    if over == "month":
        return Period(day.replace(day=1), day)
    return Period(day - timedelta(days=int(over.removesuffix("d")) - 1), day)
