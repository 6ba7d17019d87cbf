"""A believable support desk from a seed: the demo's exports, and any number of rows for benchmarks.

What is drawn here stands for no real person or desk. Two trends are built in for the demo's objectives to ride on:
first answers get faster and solved tickets are reopened less; a third thing, slow topics, gets slower.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]

FIRST_DAY = date(2025, 6, 1)
LAST_DAY = date(2026, 8, 31)
DAY_SECONDS = 86_400
WEEKDAY_SHAPE = (1.25, 1.15, 1.05, 1.0, 0.95, 0.35, 0.25)
HOUR_SHAPE = (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 18, 15, 13, 15, 17, 16, 13, 9, 6, 4, 3, 2, 1)


@dataclass(frozen=True)
class Kind:
    """One member of a dimension: how often it occurs, and how slow it is against the desk's usual."""

    name: str
    share: float
    slowness: float = 1.0


CHANNELS = (
    Kind("email", 0.38, 1.6), Kind("chat", 0.2, 0.08), Kind("phone", 0.17, 0.05), Kind("web_form", 0.12, 1.4),
    Kind("messaging", 0.06, 0.4), Kind("chatbot", 0.05, 0.3), Kind("social", 0.02, 0.9),
)  # fmt: skip
TOPICS = (
    Kind("password and access", 0.2, 0.25), Kind("billing", 0.16, 0.9), Kind("delivery", 0.15, 1.3),
    Kind("returns", 0.12, 1.6), Kind("app error", 0.11, 2.4), Kind("how to", 0.1, 0.4),
    Kind("contract change", 0.08, 2.0), Kind("complaint", 0.05, 3.2), Kind("integration", 0.03, 5.0),
)  # fmt: skip
PRIORITIES = (Kind("normal", 0.6), Kind("low", 0.2, 1.5), Kind("high", 0.15, 0.6), Kind("urgent", 0.05, 0.3))
SEGMENTS = (Kind("private", 0.7), Kind("business", 0.24, 0.8), Kind("key account", 0.06, 0.5))
TEAM_OF_TOPIC = (
    "first line",
    "billing",
    "logistics",
    "logistics",
    "technical",
    "first line",
    "billing",
    "care",
    "technical",
)
AGENTS_PER_TEAM = 7
ESCALATION_REASONS = (
    Kind("unsure", 0.24), Kind("missing_documentation", 0.2), Kind("missing_authority", 0.16),
    Kind("technical", 0.25), Kind("customer_request", 0.1), Kind("other", 0.05),
)  # fmt: skip


def demo_story(rows: int, seed: int = 7, first: date = FIRST_DAY, last: date = LAST_DAY) -> pl.DataFrame:
    """One row per ticket with all that ever happens to it, past the last day too, oldest first."""
    rng = default_rng(seed)
    days = (last - first).days + 1
    day = _days(rng, rows, first, days)
    age = day / days
    channel, topic, priority, segment = (_draw(rng, kinds, rows) for kinds in (CHANNELS, TOPICS, PRIORITIES, SEGMENTS))
    pace = _slowness(CHANNELS, channel) * _slowness(PRIORITIES, priority)
    depth = _slowness(TOPICS, topic) * _slowness(PRIORITIES, priority) * _slowness(SEGMENTS, segment)
    start = np.datetime64(first, "ms")
    opened = start + _milliseconds(day * DAY_SECONDS + _time_of_day(rng, rows))
    response_seconds = np.maximum(rng.lognormal(np.log(5400 * pace * _faster(age)), 1.1, rows), 15)
    solve_seconds = response_seconds + np.maximum(rng.lognormal(np.log(50_000 * depth * _slower(age)), 1.3, rows), 60)
    instants = _story(rng, opened, response_seconds, solve_seconds, age)
    return pl.DataFrame(
        {
            "ticket_id": [f"T{number:07d}" for number in range(1, rows + 1)],
            "channel": _names(CHANNELS, channel),
            "origin_channel": _names(CHANNELS, channel),
            "topic": _names(TOPICS, topic),
            "priority": _names(PRIORITIES, priority),
            "team": np.array(TEAM_OF_TOPIC)[topic],
            "agent_number": rng.integers(1, AGENTS_PER_TEAM + 1, rows),
            "segment": _names(SEGMENTS, segment),
            "customer": rng.integers(1, max(2, rows // 3), rows),
            "opened_at": opened,
            **instants,
            "escalation_reason": _names(ESCALATION_REASONS, _draw(rng, ESCALATION_REASONS, rows)),
            "reply_count": 1 + rng.poisson(1.2 + 0.4 * np.sqrt(depth)),
            "transfer_count": rng.poisson(0.15 * np.sqrt(depth)),
            "handle_seconds": rng.lognormal(np.log(420 * np.sqrt(depth)), 0.6).astype(np.int64),
            "wait_seconds": (solve_seconds * rng.uniform(0.3, 0.8, rows)).astype(np.int64),
            "approval_wait_seconds": np.where(rng.random(rows) < 0.06, rng.integers(1800, 200_000, rows), 0),  # noqa: PLR2004
            "csat": rng.choice([1, 2, 3, 4, 5], rows, p=[0.06, 0.07, 0.14, 0.36, 0.37]),
            "is_rated": rng.random(rows) < 0.3,  # noqa: PLR2004
            "from_ivr": rng.random(rows) < 0.6,  # noqa: PLR2004
        }
    ).sort("opened_at", "ticket_id")


def as_exported(story: pl.DataFrame, exported_at: datetime) -> pl.DataFrame:
    """The whole story of each ticket as an export made at that instant shows it: nothing of what is still to come."""
    tickets = story.filter(pl.col("opened_at") <= exported_at).with_columns(
        pl.when(pl.col(pl.Datetime) <= exported_at).then(pl.col(pl.Datetime))
    )
    is_reopened = pl.col("reopened_at").is_not_null()
    solved_again = pl.col("solved_again_at").is_not_null()
    resolved = pl.when(is_reopened).then("solved_again_at").otherwise("first_resolved_at")
    escalated = pl.col("escalated_at").is_not_null()
    return tickets.with_columns(
        origin_channel=pl.when((pl.col("channel") == "chatbot") & pl.col("from_ivr"))
        .then(pl.lit("ivr"))
        .otherwise("channel"),
        agent=pl.format("{} {}", "team", "agent_number"),
        customer=pl.format("customer{}@example.org", "customer"),
        resolved_at=resolved,
        closed_at=pl.when(resolved + timedelta(days=4) <= exported_at).then(resolved + timedelta(days=4)),
        reopen_count=is_reopened.cast(pl.Int64),
        status=pl.when(resolved + timedelta(days=4) <= exported_at)
        .then(pl.lit("closed"))
        .when(resolved.is_not_null())
        .then(pl.lit("solved"))
        .when(pl.col("first_response_at").is_not_null() & ~solved_again)
        .then(pl.lit("pending"))
        .otherwise(pl.lit("open")),
        escalation_reason=pl.when(escalated).then("escalation_reason"),
        escalation_level=escalated.cast(pl.Int64),
        csat=pl.when(pl.col("is_rated") & resolved.is_not_null()).then("csat"),
        updated_at=pl.max_horizontal(pl.col(pl.Datetime)),
    ).select(EXPORTED)


EXPORTED = (
    "ticket_id", "channel", "origin_channel", "topic", "priority", "team", "agent", "segment", "customer", "status",
    "opened_at", "first_response_at", "first_resolved_at", "resolved_at", "closed_at", "reopen_count", "reopened_at",
    "escalated_at", "escalation_level", "escalation_reason", "reply_count", "transfer_count", "handle_seconds",
    "wait_seconds", "approval_wait_seconds", "csat", "updated_at",
)  # fmt: skip


def _days(rng: Generator, rows: int, first: date, days: int) -> Indices:
    """Days by weekday, with a slow growth and a December peak."""
    dates = [first + timedelta(days=number) for number in range(days)]
    weight = np.array([WEEKDAY_SHAPE[day.weekday()] * (1.35 if day.month == 12 else 1.0) for day in dates])  # noqa: PLR2004
    weight *= np.linspace(0.9, 1.15, days)
    return np.sort(rng.choice(days, rows, p=weight / weight.sum()))


def _time_of_day(rng: Generator, rows: int) -> Indices:
    shape = np.array(HOUR_SHAPE, dtype=float)
    return rng.choice(24, rows, p=shape / shape.sum()) * 3600 + rng.integers(0, 3600, rows)


def _draw(rng: Generator, kinds: tuple[Kind, ...], rows: int) -> Indices:
    shares = np.array([kind.share for kind in kinds])
    return rng.choice(len(kinds), rows, p=shares / shares.sum())


def _names(kinds: tuple[Kind, ...], drawn: Indices) -> NDArray[np.str_]:
    return np.array([kind.name for kind in kinds])[drawn]


def _slowness(kinds: tuple[Kind, ...], drawn: Indices) -> Numbers:
    return np.array([kind.slowness for kind in kinds])[drawn]


def _faster(age: Numbers) -> Numbers:
    """First answers: level for a year, then faster month by month."""
    return 1 - 0.45 * np.clip((age - 0.84) / 0.16, 0, 1)


def _slower(age: Numbers) -> Numbers:
    """Solving: level, then slower."""
    return 1 + 0.25 * np.clip((age - 0.84) / 0.16, 0, 1)


def _milliseconds(seconds: Numbers | Indices) -> NDArray[np.timedelta64]:
    return (np.asarray(seconds, dtype=np.int64) * 1000).astype("timedelta64[ms]")


def _sometimes(rng: Generator, chance: Numbers | float, instants: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    return np.where(rng.random(len(instants)) < chance, instants, np.datetime64("NaT", "ms"))


def _story(
    rng: Generator, opened: NDArray[np.datetime64], response: Numbers, solve: Numbers, age: Numbers
) -> dict[str, NDArray[np.datetime64]]:
    """Everything that happens to a ticket, past the export too."""
    rows = len(opened)
    first_solved = opened + _milliseconds(solve)
    reopen_chance = 0.09 - 0.03 * np.clip((age - 0.84) / 0.16, 0, 1)
    reopened = _sometimes(
        rng, reopen_chance, first_solved + _milliseconds(rng.exponential(3 * DAY_SECONDS, rows) + 600)
    )
    return {
        "first_response_at": _sometimes(rng, 0.97, opened + _milliseconds(response)),
        "first_resolved_at": first_solved,
        "reopened_at": reopened,
        "solved_again_at": reopened + _milliseconds(rng.exponential(2 * DAY_SECONDS, rows) + 900),
        "escalated_at": _sometimes(rng, 0.08, opened + _milliseconds(solve * rng.uniform(0.1, 0.8, rows))),
    }
