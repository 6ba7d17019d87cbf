"""The morning's answer in a paragraph of plain text, for mail and chat."""

from collections.abc import Iterator, Sequence

from okr_analytics.figures import without_controls
from okr_analytics.languages.language import Language
from okr_analytics.report.freshness import reaches
from okr_analytics.report.reading import Report
from okr_analytics.report.telling import Telling

MOST_NAMED = 5


def headline(report: Report, say: Language) -> str:
    """How many key results are where they should be."""
    count = len(report.key_results)
    if not count:
        return say.text("page.headline_none")
    statuses = dict(report.statuses)
    key = "page.headline_met" if statuses.get("closed_met") and not statuses.get("on_track") else "page.headline"
    return say.text(key, count=count, good=say.number(report.good_count))


def summary(report: Report, say: Language) -> str:
    """One line: statuses, what is behind, what changed, how far the data reaches."""
    said = [*_statuses(report, say), *_behind(report, say), *_changed(report, say), *_data(report, say)]
    return " ".join(map(_plain, said))


def standing(report: Report, say: Language) -> list[str]:
    """The same without what changed, a sentence each: for messages that are about that."""
    return list(map(_plain, (*_statuses(report, say), *_behind(report, say), *_data(report, say))))


def _plain(said: str) -> str:
    return without_controls(" ".join(said.split()))


def _statuses(report: Report, say: Language) -> Iterator[str]:
    counted = say.listed(f"{say.number(count)} {say.status(status)}" for status, count in report.statuses)
    key = "page.summary.statuses" if counted else "page.summary.nothing"
    yield say.text(key, day=say.day(report.card.as_of), headline=headline(report, say), statuses=counted)


def _behind(report: Report, say: Language) -> Iterator[str]:
    told = [Telling(say, line, report.details[line.kr_id]) for line in report.attention]
    needs = [say.text("page.summary.need", title=each.line.title, beside=each.beside) for each in told]
    if needs:
        yield say.text("page.summary.needs", list=_some(needs))


def _changed(report: Report, say: Language) -> Iterator[str]:
    changes = report.changes
    flips = [
        say.text("page.flipped", title=flip.title, old=say.status(flip.old), new=say.status(flip.new))
        for flip in changes.flips
    ]
    reached = [
        say.text("page.achieved", title=each.title, achieved=say.achieved(each.achieved), day=say.short_day(each.day))
        for each in changes.achievements
    ]
    if flips or reached:
        yield say.text("page.summary.flips", day=say.short_day(changes.since), list=_some([*flips, *reached]))
    if changes.moves:
        yield say.text("page.summary.moves", count=sum(move.days for move in changes.moves))


def _data(report: Report, say: Language) -> Iterator[str]:
    reached = [
        say.text("page.reaches", source=name, day=say.day(day)) for name, day in reaches(report.ledger.covered, say)
    ]
    rejected = say.text(
        "page.rejected_rows", count=report.ledger.rows_rejected, all=say.number(report.ledger.rows_read)
    )
    if reached:
        yield say.text("page.summary.data", list="; ".join(reached), rejected=rejected)


def _some(said: Sequence[str]) -> str:
    """The first of them; what is left out, the page says."""
    return "; ".join(said[:MOST_NAMED]) + ("; …" if len(said) > MOST_NAMED else "")
