"""What the last published warehouse says about definitions: whether there is anything to measure them by.

Only warnings: data may still come. A warehouse that is too old to tell says nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from okr_analytics.errors import DataError, Problem, did_you_mean
from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.okr.defining.definitions import Definitions, KeyResult
from okr_analytics.okr.defining.periods import Period
from okr_analytics.warehouse.engine import Engine, literal, quoted
from okr_analytics.warehouse.queries import query

LONGEST_HINT = 240


@dataclass(frozen=True)
class Feed:
    """The days of which a source tells a measure."""

    source: str
    days: Period


def without_evidence(engine: Engine, catalogue: Catalogue, definitions: Definitions) -> list[Problem]:
    """Key results, parts and outcomes that no data speaks of: KPI, baseline's period, or member of a filter."""
    feeds = _feeds(engine)
    found: list[Problem] = []
    for each in definitions.scored:
        known = each.kpi
        if known is not None:
            looked_at = catalogue.parts(known) if known.statistic.kind == "ratio" else (known,)
            sayings = [*_unfed(each, looked_at, catalogue, feeds), *_unmatched(each, looked_at, engine)]
            found += [Problem(each.where, said, is_warning=True) for said in dict.fromkeys(sayings)]
    return sorted([*found, *dict.fromkeys(_said_of_nothing(engine, definitions))])


def _said_of_nothing(engine: Engine, definitions: Definitions) -> Iterator[Problem]:
    """Check-ins about what is not defined and never was, and about milestones that are not there."""
    known = {each.kr_id: [it.milestone_id for it in each.milestones] for each in definitions.scored}
    for file, kr_id, milestone, was_known in _rows(engine, query("subjects_of_checkins")) or []:
        if kr_id in known and milestone and milestone not in known[kr_id]:
            said = f"a check-in: '{kr_id}' has no milestone '{milestone}'{_hint(milestone, known[kr_id])}"
            yield Problem(file, said, is_warning=True)
        elif kr_id not in known and not was_known:
            yield Problem(file, f"a check-in: no key result '{kr_id}'{_hint(kr_id, known)}", is_warning=True)


def _hint(word: str, known: Iterable[str]) -> str:
    """The nearest of the known words, or all of them where they are not too many to read."""
    hint = did_you_mean(word, known)
    return hint if len(hint) <= LONGEST_HINT else ""


def _feeds(engine: Engine) -> dict[str, list[Feed]] | None:
    """The feeds of each measure; null where the warehouse cannot tell."""
    found: dict[str, list[Feed]] = {}
    rows = _rows(engine, "select measure, source, first_day, last_day from core.feeds order by all")
    for measure, source, first, last in rows or []:
        if first is not None and last is not None:
            found.setdefault(measure, []).append(Feed(source, Period(first, last)))
    return found if rows else None


def _unfed(
    key_result: KeyResult, looked_at: tuple[Kpi, ...], catalogue: Catalogue, feeds: dict[str, list[Feed]] | None
) -> Iterator[str]:
    """Measures of which no source tells, at all or in the baseline's period."""
    if feeds is None:
        return
    newest = max(feed.days.last for several in feeds.values() for feed in several)
    wanted = key_result.written.where.get("source")
    for known in looked_at:
        feeding = feeds.get(known.measure, [])
        asked = [feed for feed in feeding if wanted is None or feed.source in wanted]
        if not feeding:
            yield f"no source feeds {known.kpi_id} as of the last run; {_mend(known, catalogue)}"
        elif asked and _is_before_data(key_result.baseline_period, asked, newest):
            told = ", ".join(f"{feed.source} {feed.days}" for feed in asked)
            yield (
                f"{known.kpi_id} has no data in its baseline's period {key_result.baseline_period}; "
                f"there is {told}: choose a period in it, or write the value"
            )


def _is_before_data(period: Period | None, feeding: list[Feed], newest: date) -> bool:
    """Whether the period has begun and no source tells of any of its days; one still to come may be told of yet."""
    if period is None or period.first > newest:
        return False
    return not any(feed.days.first <= period.last and period.first <= feed.days.last for feed in feeding)


def _mend(known: Kpi, catalogue: Catalogue) -> str:
    measure = catalogue.measures.get(known.measure)
    if measure is None:
        return "choose another KPI"
    if measure.metric:
        return f"put rows of the metric '{measure.metric}' into exports/observations/, or choose another KPI"
    columns = " and ".join(each for each in measure.requires if " " not in each)
    return f"export {columns or measure.input}, or choose another KPI"


def _unmatched(key_result: KeyResult, looked_at: tuple[Kpi, ...], engine: Engine) -> Iterator[str]:
    """Members of its filter that no row of the measure ever had."""
    for known in looked_at:
        for name, members in sorted(key_result.written.where.items()):
            present = _members(engine, known, name)
            for member in members if present else ():
                if member not in present:
                    yield f"no row of {known.measure} ever had {name} '{member}'{_hint(member, present)}"


def _members(engine: Engine, known: Kpi, name: str) -> set[str]:
    """The members of a dimension among the rows of a measure; none where the warehouse cannot tell."""
    metrics = ", ".join(literal(each) for column, several in known.where if column == "metric" for each in several)
    of_metric = f" where metric in ({metrics})" if metrics else ""
    query = f"select distinct cast({quoted(name)} as varchar) from {known.fact}{of_metric}"
    return {member for (member,) in _rows(engine, query) or [] if member is not None}


def _rows(engine: Engine, sql: str) -> list[tuple[Any, ...]] | None:
    """The rows; null where the warehouse lacks what is asked for."""
    try:
        return engine.rows(sql)
    except DataError:
        return None
