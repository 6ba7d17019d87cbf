"""Dates and times of the day that stand in columns of their own, and belong together."""

from collections.abc import Mapping, Sequence

from okr_analytics.detection.facts import Facts
from okr_analytics.detection.holding import TICKETS
from okr_analytics.detection.names import words_of

OF_A_DAY = frozenset(("date", "fecha", "data", "dia", "day", "dt"))
OF_A_TIME = frozenset(("time", "hora", "horario", "ora", "hour", "tm"))


def times_beside(mapped: Mapping[str, Facts], columns: Sequence[Facts]) -> dict[str, Facts]:
    """Our instants that are bare days, each with the column of the time of that day, where there is one."""
    times = [column for column in columns if column.time_format]
    found = {}
    for ours, column in mapped.items():
        if ours in TICKETS.instants and column.dates and column.dates.day_only_share == 1:
            partner = next((time for time in times if _belongs(column, time)), None)
            if partner:
                found[ours] = partner
    return found


def _belongs(day: Facts, time: Facts) -> bool:
    """Whether the two headers differ only in saying date and time."""
    one, other = ({*words_of(each.header)} for each in (day, time))
    return one - OF_A_DAY == other - OF_A_TIME and bool(other & OF_A_TIME)
