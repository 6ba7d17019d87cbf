"""Random small desks that live through nights: what is delivered before each of them, and as of which day it speaks.

Rows are drawn, not told: many contradict themselves, come twice, come late, or lack whole columns. Nothing here knows
what is right; two ways of making a night are compared with each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from conftest import csv
from random_rows import FIRST, Rows

NEEDED = {"ticket_id", "opened_at", "resolved_at", "status", "event_at", "survey_id", "sent_at", "answered_at",
          "article_id", "day", "metric", "value", "numerator", "kr_id"}  # fmt: skip
OFTEN_ABSENT: Sequence[str] = (
    "reopen_count", "escalated_at", "reply_count", "first_response_at", "replied_at", "handle_seconds", "topic", "team",
    "friendly", "updated_at", "approval_wait_seconds",
)  # fmt: skip
DESK = """\
time_zone: Europe/Madrid
surveys: {csat: 1-5}
hours: {mon-fri: 09:00-17:00}
sla:
  clock: business
  first_response: {urgent: 1 h calendar, high: 4 h, default: 8 h}
  resolution: {urgent: 8 h, default: 3 d calendar}
teams:
  two: {hours: {mon-sun: 22:00-06:00}}
"""
KPIS = """\
kpis:
  - {measure: surveys, column: is_friendly, statistic: count, title: Friendly, question: How many, unit: replies}
  - {measure: escalations, statistic: count, where: {team: two}, id: two_escalations, title: Of two, question: How many}
  - {measure: backlog, statistic: closing, where: {priority: urgent}, id: urgent_backlog, title: U, question: How many}
  - {metric: carts, statistic: rate, title: Carts, question: How many, direction: lower}
  - {metric: score, statistic: mean, title: Score, question: How good, unit: of 10, direction: higher}
"""
LOG = """\
title: A log from New York
kind: events
desk_time_zone: America/New_York
optional: all
columns: {ticket_id: ticket_id, channel: channel, topic: topic, priority: priority, team: team, agent: agent,
  status: status, opened_at: opened_at, first_response_at: first_response_at, escalated_at: escalated_at,
  reopen_count: reopen_count, reply_count: reply_count}
events: {at: event_at}
"""
LOG_SNAPSHOTS = """\
title: Snapshots of the log's tickets
kind: tickets
source: log
desk_time_zone: America/New_York
optional: all
columns: {ticket_id: ticket_id, channel: channel, topic: topic, team: team, status: status, opened_at: opened_at,
  first_response_at: first_response_at, resolved_at: resolved_at, reopen_count: reopen_count, csat: csat,
  rated_at: rated_at, updated_at: updated_at}
"""
LOG_SURVEYS = """\
title: Surveys of the log's tickets
kind: surveys
source: log
optional: all
columns: {survey_id: survey_id, ticket_id: ticket_id, team: team, sent_at: sent_at, answered_at: answered_at,
  replied_at: replied_at, csat: csat, updated_at: updated_at}
"""
KEY_RESULTS = (
    "{kpi: first_response_calendar_median, baseline: 100 min, target: 50 min}",
    "{kpi: first_response_calendar_median, where: {channel: email}, baseline: 2026-02, target: -10%}",
    "{kpi: reopened_share, baseline: 2026-02, target: 5%}",
    "{kind: reach, kpi: escalations_count, where: {team: two}, target: 3}",
    "{kind: reach, kpi: two_escalations, target: 3}",
    "{kind: reach, kpi: tickets_resolved_per_business_day, where: {source: log}, target: 3}",
    "{kind: reach, kpi: backlog_closing, where: {topic: billing}, target: 3}",
    "{kind: reach, kpi: backlog_median_age, target: 3}",
    "{kind: reach, kpi: backlog_older_than_7d, where: {priority: low}, target: 3}",
    "{kind: reach, kpi: backlog_days_to_clear, target: 3}",
    "{kind: reach, kpi: articles_views_per_ticket, target: 3}",
    "{kind: reach, kpi: documented_share, target: 50%}",
    "{kind: reach, kpi: surveys_csat_mean, where: {team: one}, target: 4}",
    "{kind: reach, kpi: surveys_friendly_count, target: 4}",
    "{kind: reach, kpi: feedback_answered_share, target: 40%}",
    "{kind: maintain, kpi: sla_first_response_share, target: 40%, required: 50%, min_n: 1}",
    "{kind: maintain, kpi: feedback_in_time_share, target: 40%, required: 50%, min_n: 1}",
    "{kind: reach, kpi: sla_resolution_breached_count, target: 4}",
    "{kind: reach, kpi: sla_first_response_at_risk_closing, target: 4}",
    "{kind: reach, kpi: carts_rate, target: 40%}",
    "{kind: reach, kpi: score_mean, where: {channel: chat}, target: 4}",
    "{kind: reach, kpi: autonomy_share, target: 40%}",
    "{kind: reach, kpi: tickets_resolved_per_agent_day, target: 2}",
    "{kind: reach, kpi: surveys_count, where: {topic: access}, target: 2, over: 28d}",
    "{kind: cadence, every: week}",
    "{kind: milestone, milestones: [{id: m1, title: M, due: 2026-03-10}, {id: m2, title: N, due: 2026-03-30}]}",
)


@dataclass
class Night:
    """What one night brings: files by name, and the day that it speaks of. `rests_on_the_same`: desk, KPIs and profiles
    are those of the night before, and no day is turned back. `is_restated_before`: a backfill comes first."""

    as_of: date
    now: datetime
    files: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    rests_on_the_same: bool = True
    is_restated_before: bool = False


def nights(seed: int, count: int) -> Iterator[Night]:
    """The nights of one desk."""
    desk = _Desk(Random(seed))  # noqa: S311 - draws, not a secret
    for number in range(count):
        yield desk.night(number)


class _Desk:
    def __init__(self, draw: Random) -> None:
        self.draw = draw
        tickets = [str(number) for number in range(draw.randint(4, 24))]
        self.rows = Rows(draw, tickets, FIRST + timedelta(days=draw.randint(6, 20)))
        self.as_of = self.rows.exported.date() + timedelta(days=draw.choice((-3, -1, -1, 0, 2)))
        self.delivered: list[tuple[str, str]] = []

    def night(self, number: int) -> Night:
        draw = self.draw
        made = Night(self.as_of, datetime(2026, 6, 1, 4) + timedelta(days=number))
        if number:
            self.rows.exported += timedelta(days=draw.choice((0, 1, 1, 3)))
            step = draw.choice((0, 0, 0, 1, 1, 1, 2, 6, -1))
            self.as_of += timedelta(days=step)
            made.as_of, made.rests_on_the_same = self.as_of, step >= 0
        else:
            made.files = {"desk.yaml": DESK, "kpis.yaml": KPIS, "sources/log.yaml": LOG}
            made.files |= {"sources/log_surveys.yaml": LOG_SURVEYS, "sources/log_snapshots.yaml": LOG_SNAPSHOTS}
            made.files["okrs/o.yaml"] = self.objectives()
        self.rows.is_new = not number
        for _ in range(draw.choice((0, 1, 1, 1, 2)) if number else draw.choice((3, 6, 9))):
            name, text = self.delivery(number)
            made.files[name] = text
            self.delivered.append((name, text))
        if number and draw.random() < 0.15:
            made.files["okrs/o.yaml"] = self.objectives()
            made.is_restated_before = draw.random() < 0.5
        if number and not made.is_restated_before and draw.random() < 0.08:
            made.files["desk.yaml"] = DESK.replace("8 h", f"{number + 8} h")
            made.rests_on_the_same = False
        if number and self.delivered and draw.random() < 0.15:
            name, text = draw.choice(self.delivered)
            folder, _, file = name.rpartition("/")
            made.files[f"{folder}/again-{number}-{file}"] = text
        if number and self.delivered and draw.random() < 0.15:
            made.gone.append(draw.choice(self.delivered)[0])
        return made

    def objectives(self) -> str:
        chosen = self.draw.sample(range(len(KEY_RESULTS)), 9)
        self.rows.key_results = [f"kr{number}" for number in chosen]
        lines = ["objectives:"]
        for start in range(0, len(chosen), 3):
            lines += [f"  - id: o{start}", "    title: O", "    owner: Ana", "    window: 2026-02-22..2026-03-31"]
            lines += ["    key_results:"]
            for number in chosen[start : start + 3]:
                lines.append(f"      - {{id: kr{number}, title: K, {KEY_RESULTS[number][1:]}")
        return "\n".join(lines) + "\n"

    def delivery(self, number: int) -> tuple[str, str]:
        """One file of a kind, with rows about some of the things."""
        draw = self.draw
        of = self.rows
        kinds = {
            "canonical": of.snapshot, "log": of.log, "log_snapshots": of.snapshot, "surveys": of.surveys,
            "log_surveys": of.surveys, "articles": of.articles, "observations": of.observations,
            "checkins": of.checkins,
        }  # fmt: skip
        folder = draw.choices(list(kinds), (5, 5, 2, 3, 2, 2, 2, 1))[0]
        rows = kinds[folder]()
        hidden = {name for row in rows for name in row if name not in NEEDED and draw.random() < 0.01}
        hidden |= {name for name in draw.sample(OFTEN_ABSENT, 3) if draw.random() < 0.5}
        rows = [{name: value for name, value in row.items() if name not in hidden} for row in rows]
        day = f"-{self.rows.exported.date()}" if draw.random() < 0.5 else ""
        text = csv(*rows) if draw.random() > 0.03 else "nothing;to,read\n"
        return f"exports/{folder}/n{number}-{draw.randint(0, 999)}{day}.csv", text
