"""Everything that the page shows, from a published warehouse and from nothing else: no clock, no fact row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from okr_analytics.errors import UsageError, did_you_mean
from okr_analytics.report.changes import Changes, read_changes
from okr_analytics.report.key_results import Detail, read_details
from okr_analytics.report.ledger import Ledger, read_ledger
from okr_analytics.report.operations import Operations, read_operations
from okr_analytics.report.panels import Panel, read_panels
from okr_analytics.scorecard.reading import Line, Objective, Scorecard, read_scorecard
from okr_analytics.warehouse.engine import Engine
from okr_analytics.warehouse.queries import query

STATUSES = (
    "off_track", "closed_missed", "at_risk", "stale", "no_data", "closed_no_data", "too_early", "baseline_pending",
    "not_started", "draft", "on_track", "closed_met",
)  # fmt: skip
"""What needs people first."""
GOOD = ("on_track", "closed_met")
NEEDS_PEOPLE = STATUSES[:5]


@dataclass(frozen=True)
class Purpose:
    """Why there is an objective, and what is under way for it."""

    why: str | None
    initiatives: Sequence[str]


@dataclass(frozen=True)
class Report:
    """What is on the page."""

    card: Scorecard
    details: Mapping[str, Detail]
    purposes: Mapping[str, Purpose]
    changes: Changes
    panels: Sequence[Panel]
    operations: Operations
    ledger: Ledger

    @property
    def lines(self) -> list[Line]:
        """All that is scored, objectives above those below them."""
        return [line for each in walk(self.card.objectives) for line in each.lines]

    @property
    def key_results(self) -> list[Line]:
        """Without guardrails and outcomes."""
        return [line for line in self.lines if line.role == "key_result"]

    @property
    def statuses(self) -> list[tuple[str, int]]:
        """How many key results are in each status, what is good first."""
        found = Counter(line.status or "not_started" for line in self.key_results)
        return [(status, found[status]) for status in reversed(STATUSES) if found[status]]

    @property
    def good_count(self) -> int:
        """How many key results are on track or met."""
        return sum(count for status, count in self.statuses if status in GOOD)

    @property
    def attention(self) -> list[Line]:
        """What needs people: the worst status first, in it what is furthest behind."""
        found = [line for line in self.lines if line.status in NEEDS_PEOPLE]
        return sorted(found, key=lambda line: (STATUSES.index(str(line.status)), _gap(line), line.kr_id))

    def parts(self, kr_id: str) -> list[Detail]:
        """The parts of an all_of."""
        return [each for each in self.details.values() if each.part_of == kr_id]


def read_report(engine: Engine) -> Report:
    """The newest answers of a published warehouse, and what they rest on."""
    card = read_scorecard(engine)
    return Report(
        card=card,
        details=read_details(engine, card.as_of),
        purposes=_purposes(engine),
        changes=read_changes(engine),
        panels=read_panels(engine, card.as_of),
        operations=read_operations(engine, card.as_of),
        ledger=read_ledger(engine),
    )


def walk(objectives: Sequence[Objective]) -> Iterator[Objective]:
    """Objectives, each before those below it."""
    for each in objectives:
        yield each
        yield from walk(each.children)


def only(report: Report, kr_id: str) -> Report:
    """The same about one key result, in its objective. Raises UsageError where there is none of that id."""
    for each in walk(report.card.objectives):
        if lines := [line for line in each.lines if line.kr_id == kr_id]:
            alone = replace(each, lines=lines, children=())
            return replace(report, card=replace(report.card, objectives=[alone]))
    known = [line.kr_id for line in report.lines]
    raise UsageError(f"no key result '{kr_id}'{did_you_mean(kr_id, known) or '; none is defined'}")


def _purposes(engine: Engine) -> dict[str, Purpose]:
    rows = engine.rows(query("objective_purposes"))
    return {name: Purpose(why, under_way or ()) for name, why, under_way in rows}


def _gap(line: Line) -> float:
    if line.attainment is None or line.expected is None:
        return 0.0
    return line.attainment - line.expected
