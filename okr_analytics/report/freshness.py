"""How far the data reaches, in the words of a language."""

from collections.abc import Sequence
from datetime import date

from okr_analytics.languages.language import Language
from okr_analytics.report.ledger import Covered


def reaches(covered: Sequence[Covered], say: Language) -> list[tuple[str, date]]:
    """Which sources reach to which day, the newest first. One whose inputs end on different days is named with them."""
    ends: dict[date, dict[str, list[str]]] = {}
    for each in covered:
        ends.setdefault(each.last_day, {}).setdefault(each.source, []).append(each.input)
    several = {source for source in {each.source for each in covered} if sum(source in by for by in ends.values()) > 1}
    return [
        (say.listed(_name(source, ends[day][source], say, several) for source in sorted(ends[day])), day)
        for day in sorted(ends, reverse=True)
    ]


def _name(source: str, inputs: Sequence[str], say: Language, several: set[str]) -> str:
    if source not in several:
        return source
    return f"{source} ({say.listed(say.text(f'input.{each}') for each in sorted(inputs))})"
