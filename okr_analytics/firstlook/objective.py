"""An objective to start from: it asks only what the first exports can answer, over periods that they cover.

People change its words and numbers, or write their own.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from okr_analytics.firstlook.look import FirstLook
from okr_analytics.okr.defining.periods import Period, parse_period

WEEK = timedelta(days=7)
LEAST_EXPECTED = 0.1  # a window of which less has passed says too_early
MOST_UNCOVERED = 0.25  # of the period to compare with
MOST_KEY_RESULTS = 4
OBJECTIVE = """\
# yaml-language-server: $schema={schema}
# Made of what the first export tells, to start from: the targets are not yours yet. Change words, numbers and window,
# then run 'okr check' and 'okr run'. 'okr kpis' lists what can be measured.
objectives:
  - id: first-look
    title: Customers are helped sooner and better
    owner: Head of support
    window: {window}
    key_results:
{key_results}"""
KEY_RESULT = """\
      - id: {}
        title: {}
        kpi: {}
        {}
        target: {}
"""
SOONER = (
    ("first_response", "first-answer-sooner", "Half of the customers get a first answer 30 % sooner",
     "first_response_calendar_median", "-30%"),
    ("solved", "solved-sooner", "Half of the tickets are solved 20 % sooner",
     "full_resolution_calendar_median", "-20%"),
    ("solved", "slow-ones-sooner", "Nine in ten tickets are solved 20 % sooner",
     "full_resolution_calendar_p90", "-20%"),
)  # fmt: skip
"""What is told, id, title, KPI, target: better than in the period before."""
LEVELS = (
    ("verdict", "promises-kept", "Nine in ten are solved in time, by the helpdesk's own verdict",
     "sla_by_source_share", "90%"),
    ("csat", "customers-satisfied", "Nine in ten customers give one of the two best marks",
     "surveys_positive_share", "90%"),
    ("reopens", "few-opened-again", "At most 5 % of the solved tickets are opened again", "reopened_share", "5%"),
    ("solved", "solved-within-days", "Half of the tickets are solved within two days",
     "full_resolution_calendar_median", "2 d"),
    ("opened", "old-ones-few", "At most a hundred tickets are open for more than 30 days",
     "backlog_older_than_30d", "100"),
)  # fmt: skip
"""The same, without a baseline: a level to reach."""


def objective(found: FirstLook, schema: str) -> str:
    """The YAML of an objective with two to four key results."""
    window, before = periods(found.first_day, found.as_of)
    sooner = list(_sooner(found, before))[: MOST_KEY_RESULTS // 2]
    chosen = [*sooner, *_levels(found)][:MOST_KEY_RESULTS]
    return OBJECTIVE.format(schema=schema, window=window, key_results="".join(chosen))


def _sooner(found: FirstLook, before: str | None) -> Iterator[str]:
    for told, *what, target in SOONER if before else ():
        if told in found.tells:
            yield KEY_RESULT.format(*what, f"baseline: {before}   # computed from this period", target)


def _levels(found: FirstLook) -> Iterator[str]:
    for told, *what, target in LEVELS:
        if told in {*found.tells, "opened"}:
            yield KEY_RESULT.format(*what, "kind: reach", target)


def periods(first_day: date, as_of: date) -> tuple[str, str | None]:
    """A window with `as_of` in it, and an earlier period to compare it with, as people write them: quarters or months,
    where the days before cover one, else halves of what there is, the second one still running; null where that is too
    little."""
    for named in (_quarter, _month):
        window = parse_period(named(as_of))
        before = parse_period(named(window.first - timedelta(days=1)))
        has_begun = (as_of - window.first).days + 1 >= LEAST_EXPECTED * window.days
        if has_begun and before.first + (before.last - before.first) * MOST_UNCOVERED >= first_day:
            return named(as_of), named(before.first)
    half = (as_of - first_day) // 2
    if half < WEEK:
        return str(Period(first_day, max(as_of, first_day))), None
    second = Period(first_day + half, as_of + half // 2)
    return str(second), str(Period(first_day, second.first - timedelta(days=1)))


def _quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
