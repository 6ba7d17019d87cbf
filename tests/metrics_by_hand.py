"""KPIs of random rows, computed in plain Python: what the metric compiler's SQL is held against."""

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from test_kpis import percentile

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.metrics.catalogue import Kpi
from okr_analytics.metrics.statistics import statistic

Row = dict[str, Any]
FIRST, LAST, RUN = date(2026, 3, 20), date(2026, 4, 12), date(2026, 4, 10)
COVERED = (date(2026, 3, 22), date(2026, 4, 9))
CALENDAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(120)]
GRAIN_STARTS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: date(day.year, day.month - (day.month - 1) % 3, 1),
}
MEMBERS = {"channel": ("email", "chat"), "team": ("one", "two"), "agent": ("ana", "bo", "unknown")}


def kpi(name: str, limit: int | None = None, **more: Any) -> Kpi:
    made = Kpi(name, "m", statistic(name, limit), None, name, "?", "things", "watch", fact="fact.things")
    return replace(made, **more)


ADDITIVE = (
    kpi("count", column="flag"),
    kpi("sum", where=(("channel", ("email",)),)),
    kpi("per_business_day", column="flag", where=(("channel", ("email",)), ("team", ("one",)))),
    kpi("per_agent_day"),
    kpi("mean"),
    kpi("share", column="flag"),
    kpi("share_within", 4),
    kpi("rate", per="per"),
)
QUANTILES = (kpi("median"), kpi("p90"), kpi("p10", where=(("team", ("two",)),)))
STOCKS = (kpi("closing"), kpi("older_than", 3 * 86400), kpi("closing", kpi_id="of_one", where=(("team", ("one",)),)))
AGE = kpi("median_age")
FILTERS: tuple[dict[str, list[str]], ...] = ({}, {}, {"channel": ["chat"]}, {"team": ["one", "two"], "agent": ["bo"]})


class Drawn:
    """Rows of a fact, and a question to them: days, as of when, which members, and spans with days of their own.

    Drawn from a number, so that hypothesis spends no example on rows that are all alike.
    """

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)  # noqa: S311 - draws, not a secret
        self.rows = [self._row() for _ in range(self.draw.choice((0, 1, 2, 20, 30, 40)))]
        self.first, self.last = sorted((self._day(), self._day()))
        self.as_of = self.last + timedelta(days=self.draw.randint(-2, 4))
        self.members = self.draw.choice(FILTERS)
        self.spans = [self._span(number) for number in range(6)]

    def __repr__(self) -> str:
        return f"{self.first} to {self.last} as of {self.as_of}, {self.members}: {self.rows}"

    def _day(self) -> date:
        return FIRST + timedelta(days=self.draw.randint(0, (LAST - FIRST).days))

    def _row(self) -> Row:
        """An event counts some days after it happened, and for some days or for good."""
        draw, day = self.draw, self._day()
        since = day + timedelta(days=draw.randint(0, 6))
        until = since + timedelta(days=draw.randint(0, 12)) if draw.random() < 0.6 else None
        return {
            **dict.fromkeys(DIMENSIONS, "unknown"), "source": "s",
            **{name: draw.choice(members) for name, members in MEMBERS.items()},
            "ticket_id": str(draw.random()), "day": day, "counts_from": since, "counts_until": until,
            "value": draw.choice((None, *range(8))), "flag": draw.choice((None, 0, 1)),
            "per": draw.choice((None, *range(6))),
        }  # fmt: skip

    def _span(self, number: int) -> tuple[str, date, date, date]:
        first, last = sorted((self._day(), self._day()))
        return str(number), last + timedelta(days=self.draw.randint(0, 3)), first, last


drawn = st.integers(0, 10**9).map(Drawn)
quickly = settings(max_examples=10, deadline=None)


def is_open(day: date) -> bool:
    return day.weekday() < 6


def is_valid(each: Row, day: date) -> bool:
    return bool(each["counts_from"] <= day and (each["counts_until"] is None or each["counts_until"] > day))


def is_meant(known: Kpi, each: Row) -> bool:
    return all(each[name] in members for name, members in known.where)


def is_kept(each: Row, members: dict[str, list[str]]) -> bool:
    return all(each[name] in wanted for name, wanted in members.items())


def value_of(known: Kpi, each: Row) -> int | None:
    """The looked-at value of a row; null where it is not meant."""
    value: int | None = each[known.column]
    has_agent = known.statistic.name != "per_agent_day" or each["agent"] != "unknown"
    return value if is_meant(known, each) and has_agent else None


def computed(known: Kpi, looked_at: list[Row], business_days: int | None = None) -> tuple[float | None, int]:
    """The statistic of these rows and how many have a value; without business days a volume is its sum."""
    having = [(each, value) for each in looked_at if (value := value_of(known, each)) is not None]
    values = [value for _, value in having]
    name = known.statistic.name
    if name in ("count", "sum", "per_business_day"):
        total = sum(values) if values else None
        return (total if business_days is None or total is None else total / (business_days or math.nan)), len(values)
    if not values:
        return None, 0
    if name == "rate":
        above = sum(value for each, value in having if each["per"] is not None)
        below = sum(each["per"] or 0 for each, _ in having)
        return (above / below if below else None), len(values)
    if name == "per_agent_day":
        return sum(values) / len({(each["day"], each["agent"]) for each, _ in having}), len(values)
    if name == "share_within":
        return sum(value <= 4 for value in values) / len(values), len(values)
    if known.statistic.quantile:
        return percentile(values, float(known.statistic.quantile)), len(values)
    return statistics.fmean(values), len(values)


def standing(known: Kpi, looked_at: Iterable[Row], close: date) -> list[int]:
    """The ages in days of what stands at a close; in older_than only what is that old."""
    found = []
    for each in looked_at:
        since = max(each["counts_from"], each["day"] + timedelta(days=known.statistic.limit_days))
        is_there = since <= close and (each["counts_until"] is None or each["counts_until"] > close)
        if is_there and value_of(known, each) is not None:
            found.append((close - each["day"]).days)
    return found


def same(expected: float | None) -> Any:
    """Equal but for the last digits."""
    return None if expected is None else pytest.approx(expected, rel=1e-12, abs=1e-12)


def groups(looked_at: Iterable[Row], grain: str | None = None) -> dict[tuple[Any, ...], list[Row]]:
    """The rows by period, dimension and member: all together and by one dimension at a time."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for each in looked_at:
        key = (grain, GRAIN_STARTS[grain](each["day"])) if grain else ()
        found[(*key, "all", "all")].append(each)
        for name in DIMENSIONS:
            found[(*key, name, each[name])].append(each)
    return found


def ever_stood(known: Kpi, looked_at: list[Row], close: date) -> bool:
    return any(standing(known, looked_at, day) for day in CALENDAR if day <= close)


def _narrows(known: Kpi) -> bool:
    return bool(known.where) or known.column != "value"


def measured_span(
    known: Kpi, all_rows: list[Row], members: dict[str, list[str]], as_of: date, first: date, last: date
) -> tuple[float | None, int]:
    """The measurement of one span; null of members that were not yet, or where no row ever says what is counted."""
    looked_at = [each for each in all_rows if is_kept(each, members)]
    is_seen = any(each["day"] <= as_of for each in looked_at) if members else bool(looked_at)
    says = [each for each in all_rows if known.column == "value" or each[known.column] is not None]
    is_told = (
        not known.statistic.is_zero_when_empty or not _narrows(known) or any(is_meant(known, each) for each in says)
    )
    covered = [day for day in CALENDAR if max(first, COVERED[0]) <= day <= min(last, COVERED[1])]
    if not is_seen or not is_told:
        return None, 0
    if known.statistic.kind in ("stock", "age"):
        close = min(last, COVERED[1])
        ages = standing(known, looked_at, close)
        if known is AGE:
            return (statistics.median(ages) if ages else None), len(ages)
        closings = [len(standing(known, looked_at, day)) for day in covered]
        return (statistics.fmean(closings), closings[-1]) if closings else (None, 0)
    having = [each for each in looked_at if each["day"] in covered and is_valid(each, as_of)]
    if known.statistic.name == "per_business_day":
        open_days = sum(map(is_open, covered))
        total, n = computed(known, having)
        return ((total or 0) / open_days if open_days else None), n
    return computed(known, having)
