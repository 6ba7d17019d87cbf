"""Random rows of every kind of export: many contradict themselves, come twice, lack cells, or cannot be read."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

FIRST = datetime(2026, 2, 20, 9)
Row = dict[str, object]


@dataclass
class Rows:
    """What is exported up to an instant of a desk with some tickets. `is_new`: nothing was exported before."""

    draw: Random
    tickets: list[str]
    exported: datetime
    key_results: list[str] = field(default_factory=list)
    is_new: bool = True

    def some(self) -> list[str]:
        """Some of the tickets."""
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
        """An instant, or an empty cell."""
        return self.instant(after) if self.draw.random() < share else None

    def opened(self, ticket_id: str) -> datetime:
        """Mostly the same for a ticket."""
        moved = self.draw.randint(-30, 30) if self.draw.random() < 0.08 else 0
        quarters_earlier = timedelta(days=182 if int(ticket_id) % 11 == 10 else 0)
        return FIRST - quarters_earlier + timedelta(hours=(int(ticket_id) * 37 % (24 * 12)) + moved)

    def dimensions(self, ticket_id: str) -> Row:
        """Mostly the same for a ticket."""
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
        """Versions of some tickets; now and then two of one."""
        return [self.version(ticket_id) for ticket_id in self.some() for _ in range(self.draw.choice((1, 1, 1, 2)))]

    def version(self, ticket_id: str) -> Row:
        """One row of a ticket export."""
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
            "csat": draw.choice((1, 4, None, None)), "rated_at": self.maybe(opened, 0.3),
            "updated_at": self.maybe(opened, 0.7),
        }  # fmt: skip

    def log(self) -> list[Row]:
        """Events of some tickets; now and then one comes twice."""
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
        """Surveys, with a ticket or without, with dimensions of their own or not."""
        draw = self.draw
        return [
            {
                "survey_id": draw.choice((f"s{draw.randint(0, 15)}", draw.choice(self.tickets))),
                "ticket_id": draw.choice((*self.tickets, None, None)),
                "team": draw.choice(("one", None)), "topic": draw.choice(("access", None, None)),
                "sent_at": self.maybe(None), "answered_at": self.maybe(None, 0.8), "replied_at": self.maybe(None),
                "csat": draw.choice((1, 3, 5, 9, None)), "nps": draw.choice((0, 8, 10, None)),
                "friendly": draw.choice(("yes", "no", None)), "comment": draw.choice(("x", None)),
                "updated_at": self.maybe(None),
            }
            for _ in range(self.many())
        ]  # fmt: skip

    def day(self) -> str:
        """Some day up to the export."""
        return str((FIRST + timedelta(days=self.draw.randint(0, max(0, (self.exported - FIRST).days)))).date())

    def articles(self) -> list[Row]:
        """Articles' days."""
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
        """Observations of three metrics, of which one is asked for by no KPI."""
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
        """What somebody says of key results."""
        draw = self.draw
        return [
            {
                "kr_id": draw.choice(self.key_results), "day": self.day(), "milestone": draw.choice(("m1", None)),
                "confidence": draw.choice((3, 12, None)), "status": draw.choice(("on_track", None)), "author": "ana",
            }
            for _ in range(draw.randint(1, 3))
        ]  # fmt: skip
