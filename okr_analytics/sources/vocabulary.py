"""The words that a source profile may use: our words per column, units of durations, and what stands for a zone."""

from typing import Literal

from okr_analytics.contracts.columns import CHANNELS, ESCALATION_REASONS, FLAGS, HUMAN_STATUSES, PRIORITIES, STATUSES

CLOSED_LISTS = {
    "channel": CHANNELS,
    "origin_channel": CHANNELS,
    "status": STATUSES,
    "priority": PRIORITIES,
    "escalation_reason": ESCALATION_REASONS,
    "human_status": HUMAN_STATUSES,
}
VERDICTS = ("met", "breached")
BEST_AND_WORST = ("best", "worst")
MARKS = tuple(str(mark) for mark in range(11))
WORD_LISTS: dict[str, tuple[str, ...]] = {
    **CLOSED_LISTS,
    **dict.fromkeys(FLAGS, VERDICTS),
    "csat": (*BEST_AND_WORST, *MARKS),
}
"""Per column that words are folded for: our words. An opinion is the best or worst mark of any scale, or a number."""

DESK = "desk"
ZONE_IN_HEADER = "{time_zone}"
UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
SINCE_1970, REMAINING, STATIONS = "since_1970", "remaining", "stations"
Unit = Literal["ms", "s", "min", "h", "d", "since_1970", "remaining", "stations"]
STATIONED = ("transfer_count",)
