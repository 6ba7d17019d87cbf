"""Answers: a pure function of a key result, the facts and a day. What cannot be known is null and never green.

No file, no clock, no query. How each kind is scored stands in `steering` and `counting`, which status applies in
`statuses`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.targets import Target, nine_digits
from okr_analytics.okr.scoring.counting import cadence, maintain, milestone
from okr_analytics.okr.scoring.facts import Facts
from okr_analytics.okr.scoring.score import DayScore, Score
from okr_analytics.okr.scoring.statuses import is_stale, status_of
from okr_analytics.okr.scoring.steering import improve, reach

METHOD = 1
"""Version of this computation. Counted up when the same facts give other answers, so that revisions say why."""

SCORERS: dict[str, Callable[[KeyResult, Facts], DayScore]] = {
    "improve": improve,
    "reach": reach,
    "maintain": maintain,
    "milestone": milestone,
    "cadence": cadence,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be said of one key result as of one day. Null means that it cannot be known."""

    status: str
    value: Decimal | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    raw: Decimal | None = None
    attainment: Decimal | None = None
    expected: Decimal | None = None
    n: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def gap(self) -> Decimal | None:
        """Attainment minus expected."""
        if self.attainment is None or self.expected is None:
            return None
        return nine_digits(self.attainment - self.expected)


@dataclass(frozen=True)
class Aim:
    """What is to be reached from a day on: a changed target applies from its effective date, never before."""

    since: date
    target: Target | None
    required: Decimal


Known = Mapping[str, Mapping[date, Answer]]


def answers(
    key_result: KeyResult, days: Iterable[date], facts: Facts, aims: Iterable[Aim] = (), parts: Known | None = None
) -> Iterator[tuple[date, Answer]]:
    """The answer as of each day. `aims` are its targets over time, oldest first; without any, the one written now.

    `parts` are the answers of the parts of an all_of.
    """
    versions = aimed(key_result, aims)
    scorers = [_scorer(version, facts, parts or {}) for _, version in versions]
    newest = facts.newest_day(key_result)
    for day in days:
        place = in_force(versions, day)
        yield day, _answer(versions[place][1], day, scorers[place], facts, newest)


def aimed(key_result: KeyResult, aims: Iterable[Aim]) -> list[tuple[date, KeyResult]]:
    """The key result with each of its targets, and since when it has it; as written where no aims are given."""
    return [(each.since, replace(key_result, target=each.target, required=each.required)) for each in aims] or [
        (date.min, key_result)
    ]


def in_force(versions: Sequence[tuple[date, KeyResult]], day: date) -> int:
    """The place of the newest version that applies on a day; the first one's where none does yet."""
    if len(versions) == 1:
        return 0
    return next((place for place in reversed(range(len(versions))) if versions[place][0] <= day), 0)


def _scorer(key_result: KeyResult, facts: Facts, parts: Known) -> DayScore:
    if key_result.kind != "all_of":
        return SCORERS[key_result.kind](key_result, facts)
    answered = [parts.get(each.kr_id, {}) for each in key_result.parts]
    return lambda day: _least([each[day] for each in answered if day in each], len(answered))


def _least(parts: list[Answer], count: int) -> Score:
    """All must be true: as far as the one that is least far; null while any is not known."""
    attainments = [each.attainment for each in parts if each.attainment is not None]
    expected = [each.expected for each in parts if each.expected is not None]
    return Score(
        attainment=min(attainments) if len(attainments) == count else None,
        expected=min(expected) if len(expected) == count else None,
        n=sum(each.attainment == 1 for each in parts),
        is_draft=any(each.status == "draft" for each in parts),
        is_pending=any(each.status == "baseline_pending" for each in parts),
        has_begun=all(each.status != "too_early" for each in parts),
    )


def _answer(key_result: KeyResult, day: date, score: DayScore, facts: Facts, newest: date | None) -> Answer:
    if day < key_result.window.first:
        return Answer("draft" if key_result.is_draft else "not_started")
    scored = score(day)
    status = status_of(key_result, day, scored, is_stale=is_stale(day, newest, facts.calendar))
    return Answer(
        status=status,
        value=scored.value,
        baseline=scored.baseline,
        target=scored.target,
        raw=scored.raw,
        attainment=scored.attainment,
        expected=None if status == "draft" else scored.expected,
        n=scored.n,
        flags=scored.flags,
    )
