"""Random small desks that live through nights: what is delivered before each of them, and as of which day it speaks.

Rows are drawn, not told: many contradict themselves, come twice, come late, or lack whole columns. Nothing here knows
what is right; two ways of making a night are compared with each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from conftest import csv

FIRST = datetime(2026, 2, 20, 9)
DAYS = 40
Row = dict[str, object]
DESK = """\
time_zone: Europe/Madrid
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
  - {measure: surveys, of: is_friendly, statistic: count, title: Friendly, question: How many, unit: replies}
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
  first_response_at: first_response_at, resolved_at: resolved_at, reopen_count: reopen_count, updated_at: updated_at}
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
        self.tickets = [str(number) for number in range(draw.randint(4, 24))]
        self.exported = FIRST + timedelta(days=draw.randint(6, 20))
        self.as_of = self.exported.date() + timedelta(days=draw.choice((-3, -1, -1, 0, 2)))
        self.chosen = draw.sample(range(len(KEY_RESULTS)), 9)
        self.delivered: list[tuple[str, str]] = []
        self.is_new = True

    def night(self, number: int) -> Night:
        draw = self.draw
        made = Night(self.as_of, datetime(2026, 6, 1, 4) + timedelta(days=number))
        if number:
            self.exported += timedelta(days=draw.choice((0, 1, 1, 3)))
            step = draw.choice((0, 0, 0, 1, 1, 1, 2, 6, -1))
            self.as_of += timedelta(days=step)
            made.as_of, made.rests_on_the_same = self.as_of, step >= 0
        else:
            made.files = {"desk.yaml": DESK, "kpis.yaml": KPIS, "sources/log.yaml": LOG}
            made.files |= {"sources/log_surveys.yaml": LOG_SURVEYS, "sources/log_snapshots.yaml": LOG_SNAPSHOTS}
            made.files["okrs/o.yaml"] = self.objectives()
        self.is_new = not number
        for _ in range(draw.choice((0, 1, 1, 1, 2)) if number else draw.choice((3, 6, 9))):
            name, text = self.delivery(number)
            made.files[name] = text
            self.delivered.append((name, text))
        if number and draw.random() < 0.15:
            self.chosen = draw.sample(range(len(KEY_RESULTS)), 9)
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
        lines = ["objectives:"]
        for start in range(0, len(self.chosen), 3):
            lines += [f"  - id: o{start}", "    title: O", "    owner: Ana", "    window: 2026-02-22..2026-03-31"]
            lines += ["    key_results:"]
            for number in self.chosen[start : start + 3]:
                lines.append(f"      - {{id: kr{number}, title: K, {KEY_RESULTS[number][1:]}")
        return "\n".join(lines) + "\n"

    def delivery(self, number: int) -> tuple[str, str]:
        """One file of a kind, with rows about some of the things."""
        draw = self.draw
        kinds = {
            "canonical": self.snapshot, "log": self.log, "log_snapshots": self.snapshot, "surveys": self.surveys,
            "log_surveys": self.surveys, "articles": self.articles, "observations": self.observations,
            "checkins": self.checkins,
        }  # fmt: skip
        folder = draw.choices(list(kinds), (5, 5, 2, 3, 2, 2, 2, 1))[0]
        rows = kinds[folder]()
        hidden = {name for row in rows for name in row if name not in NEEDED and draw.random() < 0.01}
        hidden |= {name for name in draw.sample(OFTEN_ABSENT, 3) if draw.random() < 0.5}
        rows = [{name: value for name, value in row.items() if name not in hidden} for row in rows]
        day = f"-{self.exported.date()}" if draw.random() < 0.5 else ""
        text = csv(*rows) if draw.random() > 0.03 else "nothing;to,read\n"
        return f"exports/{folder}/n{number}-{draw.randint(0, 999)}{day}.csv", text

    def some(self) -> list[str]:
        return self.draw.sample(self.tickets, min(self.many(), len(self.tickets)))

    def many(self) -> int:
        """How much a file speaks of: at first much, then mostly little, so that most of the desk stays as it was."""
        return self.draw.choice((6, 12, 24) if self.is_new else (1, 1, 2, 6))

    def instant(self, after: datetime | None = None, hours: int = 200) -> str | None:
        """Some instant up to the export; now and then none, one in the wrong order, or what nobody can read."""
        draw = self.draw
        if draw.random() < 0.01:
            return "soon"
        begin = after or FIRST
        limit = max(1, int((self.exported - begin).total_seconds() // 3600))
        at = begin + timedelta(hours=draw.randint(-3 if draw.random() < 0.03 else 0, min(limit, hours)))
        return f"{at.isoformat()}Z"

    def maybe(self, after: datetime | None, share: float = 0.5) -> str | None:
        return self.instant(after) if self.draw.random() < share else None

    def opened(self, ticket_id: str) -> datetime:
        """Mostly the same for a ticket."""
        moved = self.draw.randint(-30, 30) if self.draw.random() < 0.08 else 0
        return FIRST + timedelta(hours=(int(ticket_id) * 37 % (24 * 12)) + moved)

    def dimensions(self, ticket_id: str) -> Row:
        draw = self.draw
        settled = Random(ticket_id) if draw.random() < 0.8 else draw  # noqa: S311 - draws, not a secret
        return {
            "channel": settled.choice(("email", "chat", "chatbot", "fax", None)),
            "topic": settled.choice(("access", "billing", "bugs", None)),
            "priority": settled.choice(("low", "high", "urgent", None)),
            "team": settled.choice(("one", "two", None)),
            "agent": settled.choice(("ana", "ion", None)),
            "segment": settled.choice(("big", None)),
        }

    def snapshot(self) -> list[Row]:
        return [self.version(ticket_id) for ticket_id in self.some() for _ in range(self.draw.choice((1, 1, 1, 2)))]

    def version(self, ticket_id: str) -> Row:
        draw, opened = self.draw, self.opened(ticket_id)
        solves = sorted(filter(None, (self.maybe(opened) for _ in range(2))))
        reopens = draw.choice((0, 0, 1, 2, None)) if solves else draw.choice((0, None))
        status = "deleted" if draw.random() < 0.06 else draw.choice(("open", "solved", "closed", "pending"))
        return {
            "ticket_id": ticket_id if draw.random() > 0.02 else None,
            "opened_at": f"{opened.isoformat()}Z" if draw.random() > 0.02 else self.instant(),
            "status": status, **self.dimensions(ticket_id),
            "origin_channel": draw.choice(("ivr", None, None)),
            "first_response_at": self.maybe(opened, 0.6),
            "first_resolved_at": solves[0] if solves and draw.random() < 0.8 else None,
            "resolved_at": solves[-1] if solves and status in ("solved", "closed") else None,
            "reopen_count": reopens,
            "reopened_at": self.maybe(opened) if reopens else None,
            "escalated_at": self.maybe(opened, 0.3),
            "escalation_reason": draw.choice(("unsure", "technical", None)),
            "reply_count": draw.choice((0, 1, 2, -1, None)), "transfer_count": draw.choice((0, 1, None)),
            "handle_seconds": draw.choice((60, 600, None)), "wait_seconds": draw.choice((5, None)),
            "approval_wait_seconds": draw.choice((0, 90, None)), "sla_met_by_source": draw.choice((0, 1, None)),
            "updated_at": self.maybe(opened, 0.7),
        }  # fmt: skip

    def log(self) -> list[Row]:
        draw = self.draw
        rows: list[Row] = []
        for ticket_id in self.some():
            opened = self.opened(ticket_id)
            stays = {"ticket_id": ticket_id, "opened_at": f"{opened.isoformat()}Z", **self.dimensions(ticket_id)}
            for at in sorted(filter(None, (self.maybe(opened, 0.7) for _ in range(4)))):
                rows += [
                    {
                        **stays, "event_at": at, "status": draw.choice(("open", "solved", "solved", "closed", None)),
                        "first_response_at": self.maybe(opened, 0.2), "escalated_at": self.maybe(opened, 0.1),
                        "reply_count": draw.choice((0, 1, 3, None)),
                    }
                ]  # fmt: skip
        rows += [{"ticket_id": "99", "opened_at": self.instant(), "event_at": self.instant(), "status": "open"}]
        return [*rows, draw.choice(rows)] if draw.random() < 0.2 else rows

    def surveys(self) -> list[Row]:
        draw = self.draw
        return [
            {
                "survey_id": f"s{draw.randint(0, 15)}", "ticket_id": draw.choice((*self.tickets, None, None)),
                "team": draw.choice(("one", None)), "topic": draw.choice(("access", None, None)),
                "sent_at": self.maybe(None), "answered_at": self.maybe(None, 0.8), "replied_at": self.maybe(None),
                "csat": draw.choice((1, 3, 5, 9, None)), "nps": draw.choice((0, 8, 10, None)),
                "friendly": draw.choice(("yes", "no", None)), "comment": draw.choice(("x", None)),
                "updated_at": self.maybe(None),
            }
            for _ in range(self.many())
        ]  # fmt: skip

    def day(self) -> str:
        return str((FIRST + timedelta(days=self.draw.randint(0, max(0, (self.exported - FIRST).days)))).date())

    def articles(self) -> list[Row]:
        draw = self.draw
        return [
            {
                "article_id": draw.choice(("a", "b", "c")), "day": self.day(), "title": "T",
                "topic": draw.choice(("access", "billing", None)), "views": draw.choice((0, 5, 9, None)),
                "helpful_votes": draw.choice((1, 0, None)), "unhelpful_votes": draw.choice((1, 0, None)),
                "tickets_after_view": draw.choice((1, None)), "updated_at": self.maybe(None),
            }
            for _ in range(self.many())
        ]  # fmt: skip

    def observations(self) -> list[Row]:
        draw = self.draw
        return [
            {
                "metric": draw.choice(("carts", "score", "other")), "day": self.day() if draw.random() > 0.05 else None,
                "value": draw.choice((1.5, 7, None)), "numerator": draw.choice((1, 3)),
                "denominator": draw.choice((0, 4, 10)), "channel": draw.choice(("chat", None)),
                "updated_at": self.maybe(None),
            }
            for _ in range(self.many())
        ]  # fmt: skip

    def checkins(self) -> list[Row]:
        draw = self.draw
        return [
            {
                "kr_id": f"kr{draw.choice(self.chosen)}", "day": self.day(), "milestone": draw.choice(("m1", None)),
                "confidence": draw.choice((3, 12, None)), "status": draw.choice(("on_track", None)), "author": "ana",
            }
            for _ in range(draw.randint(1, 3))
        ]  # fmt: skip


NEEDED = {"ticket_id", "opened_at", "resolved_at", "status", "event_at", "survey_id", "sent_at", "answered_at",
          "article_id", "day", "metric", "value", "numerator", "kr_id"}  # fmt: skip
OFTEN_ABSENT: Sequence[str] = (
    "reopen_count", "escalated_at", "reply_count", "first_response_at", "replied_at", "handle_seconds", "topic", "team",
    "friendly", "updated_at", "approval_wait_seconds",
)  # fmt: skip
