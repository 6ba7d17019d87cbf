"""What does not count, and why, in words: counted per reason, with some ids."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from okr_analytics.explain.candidates import candidates, happened, kinds
from okr_analytics.explain.row_selection import RowSelection
from okr_analytics.warehouse.engine import Engine, literal

EXAMPLES = 5
KINDS = {
    "tickets": ("tickets", "events"),
    "surveys": ("surveys",),
    "articles": ("articles",),
    "observations": ("observations",),
}
REASONS = {
    "later": "{happened} only after {day}",
    "not_yet": "not {happened} by {day}",
    "no_longer": "counted until it was reopened",
    "gone": "not waiting any more at the close of {day}",
    "too_young": "not {age} days old yet at the close of {day}",
    "not_due": "not due by {day}",
    "waived": "solved before an answer fell due",
    "no_promise": "no target is known for it",
    "no_hours": "no office hours are known for it",
    "value_unknown": "{column} is not known",
    "instant_unknown": "{happened}, but nobody knows when",
    "not_meant": "not among those that the KPI looks at ({meant})",
    "another_kind": "not among those that the KPI is about ({kind})",
    "untold": "its source never tells of such things",
    "removed": "deleted, merged or spam: in no KPI on any day",
    "rejected": "rows of {source} that could not stand, of any day (core.rejected_rows)",
}


@dataclass(frozen=True)
class Excluded:
    """Some that do not count for one reason: how many, and a few of their ids."""

    reason: str
    said: str
    count: int
    examples: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"reason": self.reason, "said": self.said, "count": self.count, "examples": list(self.examples)}


def excluded(engine: Engine, look: RowSelection, sources: str) -> list[Excluded]:
    """Everything that does not count. `sources` is SQL for the sources that the filter lets through."""
    if look.covered is None:
        return []
    grouped = engine.rows(
        f"select reason, count(*), list(id order by id)[:{EXAMPLES}] from ({candidates(look)}) "
        f"where reason is not null group by reason"
    )
    found = [Excluded(reason, _said(look, reason), count, tuple(ids)) for reason, count, ids in grouped]
    found += [each for each in _of_any_day(engine, look, sources) if each.count]
    return sorted(found, key=lambda each: list(REASONS).index(each.reason))


def _said(look: RowSelection, reason: str) -> str:
    return REASONS[reason].format(
        day=look.covered.last if look.covered else look.day,
        happened=happened(look)[0],
        column=_column(look),
        meant=_meant(look),
        kind=" and ".join(kinds(look)).replace("_", " ").replace(" = ", " ").replace("'", ""),
        age=look.kpi.statistic.limit_days,
    )


def _column(look: RowSelection) -> str:
    """What is looked at, in words."""
    column = look.kpi.column if look.kpi.column not in ("value", f"{look.kpi.clock}_seconds") else look.kpi.measure
    return column.removeprefix("is_").replace("_", " ")


def _meant(look: RowSelection) -> str:
    members = [f"{name.removeprefix('is_')} {' or '.join(wanted)}" for name, wanted in look.kpi.where]
    return ", ".join(members).replace("_", " ") or "its agent is not known"


def _of_any_day(engine: Engine, look: RowSelection, sources: str) -> Iterator[Excluded]:
    """Removed tickets and rejected rows of the sources that feed it: their days are not known."""
    feeding = f"{sources} and source in (select source from core.feeds where measure = {literal(look.kpi.measure)})"
    if look.input == "tickets":
        ((count, ids),) = engine.rows(
            f"select count(*), list(ticket_id order by ticket_id)[:{EXAMPLES}] "
            f"from core.removed_tickets where {feeding}"
        )
        yield Excluded("removed", REASONS["removed"], count, tuple(ids or ()))
    of_kind = f"select file from ops.loads where kind in ({', '.join(map(literal, KINDS[look.input]))})"
    for source, count in engine.rows(
        f"select source, count(*) from core.rejected_rows where {feeding} and file in ({of_kind}) "
        f"group by source order by source"
    ):
        yield Excluded("rejected", REASONS["rejected"].format(source=source), count)
