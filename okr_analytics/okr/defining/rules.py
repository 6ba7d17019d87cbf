"""From one scored thing as written to what it means, by its kind. What a KPI decides is `levels`."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

from okr_analytics.documents import Loc
from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.okr.defining.definitions import KeyResult, Milestone
from okr_analytics.okr.defining.findings import Findings
from okr_analytics.okr.defining.kinds import FIELDS, MENDS, misfits, without
from okr_analytics.okr.defining.levels import measured
from okr_analytics.okr.defining.periods import Period, parse_day
from okr_analytics.okr.defining.written import WrittenKeyResult, WrittenMilestone, WrittenPart

GRAIN_OF_CADENCE = {"business day": "day", "week": "week"}


def scored(begun: KeyResult, loc: Loc, catalogue: Catalogue, findings: Findings) -> KeyResult | None:
    """What the written one means, where every rule holds. `begun` says whose it is, and when."""
    before = findings.errors
    if begun.kind == "all_of" and not isinstance(begun.written, WrittenKeyResult):
        findings.refuse((*loc, "kind"), "a part is of any kind but all_of; give its parts to the key result itself")
        return None
    unfit = misfits(begun.written)
    for name, found in unfit.items():
        findings.refuse((*loc, name), found)
    begun = replace(begun, written=without(begun.written, unfit))
    if "kpi" in FIELDS[begun.kind].needed:
        whole = measured(begun, loc, catalogue, findings)
    elif begun.kind == "milestone":
        whole = _with_milestones(begun, loc, findings)
    elif begun.kind == "cadence":
        whole = replace(begun, grain=GRAIN_OF_CADENCE.get(str(begun.written.every)))
    else:
        whole = _with_parts(begun, loc, catalogue, findings)
    return whole if findings.errors == before else None


def _with_milestones(begun: KeyResult, loc: Loc, findings: Findings) -> KeyResult:
    _refuse_repeated([each.id for each in begun.written.milestones], (*loc, "milestones"), "milestone", findings)
    read = [
        findings.attempt((*loc, "milestones", number, "due"), partial(_milestone, each, begun.window))
        for number, each in enumerate(begun.written.milestones)
    ]
    return replace(begun, milestones=tuple(each for each in read if each is not None))


def _milestone(written: WrittenMilestone, window: Period) -> Milestone:
    due = parse_day(written.due) if written.due else window.last
    if not window.first <= due <= window.last:
        raise ValueError(f"the milestone '{written.id}' is due on {due}, outside the window {window}; move one of them")
    return Milestone(written.id, written.title, due, Decimal(str(written.weight)))


def _with_parts(begun: KeyResult, loc: Loc, catalogue: Catalogue, findings: Findings) -> KeyResult:
    written = begun.written.parts if isinstance(begun.written, WrittenKeyResult) else ()
    if len(written) == 1:
        findings.refuse((*loc, "parts"), f"kind all_of needs {MENDS['parts']}")
    _refuse_repeated([_part_id(each, number) for number, each in enumerate(written)], (*loc, "parts"), "part", findings)
    read = [
        scored(_part(begun, each, number, findings.where((*loc, "parts", number))), place, catalogue, findings)
        for number, each in enumerate(written)
        for place in [(*loc, "parts", number)]
    ]
    return replace(begun, parts=tuple(each for each in read if each is not None))


def _part(whole: KeyResult, written: WrittenPart, number: int, where: str) -> KeyResult:
    """A part begins with what its key result is."""
    return replace(
        whole,
        kr_id=f"{whole.kr_id}.{_part_id(written, number)}",
        role="part",
        part_of=whole.kr_id,
        kind=written.kind,
        title=written.title or whole.title,
        written=written,
        where=where,
    )


def _part_id(written: WrittenPart, number: int) -> str:
    return written.id or str(number + 1)


def _refuse_repeated(ids: list[str], loc: Loc, what: str, findings: Findings) -> None:
    for number, each in enumerate(ids):
        if each in ids[:number]:
            findings.refuse((*loc, number, "id"), f"the {what} '{each}' is there already; give this one another id")
