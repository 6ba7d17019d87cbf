"""Weekly hours as people write them: days, ranges of days, and intervals of wall-clock time."""

import re
from itertools import chain, pairwise
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, model_validator

from okr_analytics.desk.blocks import Block
from okr_analytics.errors import did_you_mean

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
CLOSED = "closed"
EXAMPLE = "write it like 09:00-17:00"


class Interval(NamedTuple):
    """Wall-clock minutes from the midnight at which its day begins, half-open; past midnight the end is over 1440."""

    begins_minute: int
    ends_minute: int


Week = tuple[tuple[Interval, ...], ...]


def named_days(words: str) -> tuple[int, ...]:
    """The days of mon, mon-fri or sat,sun as numbers from Monday 0; raises ValueError."""
    return tuple(chain.from_iterable(_range(part.strip().lower()) for part in str(words).split(",")))


def _range(word: str) -> tuple[int, ...]:
    first, _, last = (part.strip() for part in word.partition("-"))
    begin, end = _day(first), _day(last or first)
    return tuple((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def _day(word: str) -> int:
    if word not in DAYS:
        raise ValueError(f"no day '{word}'{did_you_mean(word, DAYS)}; write days like mon, mon-fri or 'sat,sun'")
    return DAYS.index(word)


def intervals(written: object) -> tuple[Interval, ...]:
    """The intervals of one day: text with commas, a list, or 'closed'. Raises ValueError."""
    texts = written if isinstance(written, list) else str(written).split(",")
    if [str(each).strip() for each in texts] == [CLOSED]:
        return ()
    return tuple(sorted(map(_interval, texts)))


def _interval(written: object) -> Interval:
    clock = re.fullmatch(r"\s*(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)\s*", str(written))
    if not clock:
        raise ValueError(f"'{written}' is no interval; {EXAMPLE}, or {CLOSED}")
    begin_hour, begin_minute, end_hour, end_minute = map(int, clock.groups())
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if max(begin_minute, end_minute) > 59 or begin >= DAY_MINUTES or end > DAY_MINUTES:  # noqa: PLR2004
        raise ValueError(f"'{written}' is no time of day; hours run from 00:00 to 24:00")
    if begin == end:
        raise ValueError(f"'{written}' ends where it begins; all day is 00:00-24:00")
    return Interval(begin, end if end > begin else end + DAY_MINUTES)


DayWords = Annotated[str, AfterValidator(lambda words: named_days(words) and words)]
DayHours = Annotated[tuple[Interval, ...], BeforeValidator(intervals)]


class Hours(Block):
    """The hours of a week: a key is a day, a range or a list of days; a day that is not named is closed."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[DayWords, DayHours]

    @property
    def week(self) -> Week:
        """The intervals that begin on each day, from Monday."""
        hours_by_day = {day: hours for words, hours in (self.model_extra or {}).items() for day in named_days(words)}
        return tuple(hours_by_day.get(day, ()) for day in range(7))

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        named = [day for words in self.model_extra or {} for day in named_days(words)]
        if twice := [DAYS[day] for day in range(7) if named.count(day) > 1]:
            raise ValueError(f"{', '.join(twice)}: given twice; give each day once")
        return self

    @model_validator(mode="after")
    def _open_and_apart(self) -> Self:
        spans = _spans(self.week)
        if not spans:
            raise ValueError("the desk is never open; write hours, or name days without work under holidays: dates")
        first = (spans[0][0] + WEEK_MINUTES, spans[0][1] + WEEK_MINUTES)
        for (begin, end), (following, _) in pairwise([*spans, first]):
            if following < end:
                raise ValueError(f"{_clock(begin)}-{_clock(end)} and what begins {_clock(following)} overlap; mend one")
        return self


def _spans(week: Week) -> list[tuple[int, int]]:
    """Every interval in minutes from Monday's midnight."""
    return [
        (day * DAY_MINUTES + each.begins_minute, day * DAY_MINUTES + each.ends_minute)
        for day, hours in enumerate(week)
        for each in hours
    ]


def _clock(minute: int) -> str:
    day, rest = divmod(minute % WEEK_MINUTES, DAY_MINUTES)
    return f"{DAYS[day]} {rest // 60:02}:{rest % 60:02}"
