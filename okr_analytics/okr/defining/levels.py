"""Rules of what is measured by a KPI: improve, reach and maintain. From what was written to what it means."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from okr_analytics.contracts.columns import CHANNELS, DIMENSIONS, UNKNOWN
from okr_analytics.documents import Loc
from okr_analytics.errors import did_you_mean
from okr_analytics.metrics.catalogue import Catalogue, Kpi
from okr_analytics.okr.defining.definitions import KeyResult
from okr_analytics.okr.defining.findings import Findings
from okr_analytics.okr.defining.periods import Period, looks_like_period, parse_day, parse_over, parse_period
from okr_analytics.okr.defining.targets import (
    PERCENT,
    Target,
    is_in_range,
    is_met,
    parse_share,
    parse_target,
    parse_value,
    parse_within,
    refuse_out_of_range,
)  # fmt: skip
from okr_analytics.okr.defining.written import WrittenScore

LEVEL_SPAN = "28d"
SPAN_OF_GRAIN = {"day": "1d", "week": "week", "month": "month"}
PLAUSIBLE_POINTS = Decimal("0.5")
"""Nobody means points by a signed percentage above this: half the whole."""


def measured(begun: KeyResult, loc: Loc, catalogue: Catalogue, findings: Findings) -> KeyResult | None:
    """What is decided about its KPI, where nothing is wrong with it."""
    written = begun.written
    _refuse_bad_filter(written, loc, findings)
    known = findings.attempt((*loc, "kpi"), partial(catalogue.kpi, written.kpi)) if written.kpi else None
    if known is None:
        return None
    fields: dict[str, Any] = {
        "kpi": known,
        "filter": json.dumps({name: sorted(members) for name, members in sorted(written.where.items())}),
        "min_n": written.min_n or _fewest_rows(known, catalogue),
    }
    before = findings.errors
    decided: list[tuple[str, Callable[[], dict[str, Any]]]] = [
        ("direction" if written.direction else "kpi", lambda: {"direction": _direction(written, known)}),
        ("over", lambda: {"over": _over(written, known)}),
        ("baseline", lambda: _baseline(written, known)),
        ("within" if written.within else "target", lambda: {"target": _target(written, known)}),
        ("required", lambda: _required(written)),
        ("each" if written.each else "window", lambda: _each(written, begun.window)),
        ("phases", lambda: {"phases": _phases(written, begun.window)}),
    ]
    for name, read in decided:
        fields |= findings.attempt((*loc, name), read) or {}
    if findings.errors > before:
        return None
    return _plausible(replace(begun, **fields), loc, findings)


def _plausible(found: KeyResult, loc: Loc, findings: Findings) -> KeyResult:
    """The key result itself; what its numbers say against each other is refused or warned about."""
    findings.attempt((*loc, "target"), lambda: _refuse_impossible(found))
    findings.attempt((*loc, "baseline"), lambda: _refuse_late_baseline(found))
    if could_mean_points(found):
        written = str(found.written.target).replace(" ", "")
        percent = written.strip("+-").removesuffix("%")
        findings.warn(
            (*loc, "target"),
            f"{written} of a share is {percent} % of the baseline, not {percent} points; "
            f"if points are meant write {written.removesuffix('%')}pp",
        )
    return found


def could_mean_points(found: KeyResult) -> bool:
    """Whether a signed percentage of a share could as well be meant as points."""
    target, known = found.target, found.kpi
    if target is None or known is None or target.kind != "relative" or known.unit != "share":
        return False
    if found.baseline_value is not None and not is_in_range(found.baseline_value + target.amount, known):
        return False
    return abs(target.amount) <= PLAUSIBLE_POINTS


def _refuse_bad_filter(written: WrittenScore, loc: Loc, findings: Findings) -> None:
    for name, members in written.where.items():
        place = (*loc, "where", name)
        if name not in DIMENSIONS:
            findings.refuse(place, f"no dimension '{name}'{did_you_mean(name, DIMENSIONS)}")
        for each in members if name == "channel" else ():
            if each not in (*CHANNELS, UNKNOWN):
                findings.refuse(place, f"no channel '{each}'{did_you_mean(each, CHANNELS)}")


def _fewest_rows(known: Kpi, catalogue: Catalogue) -> int:
    """None where no rows mean 0: counts, stocks, and ratios of them."""
    looked_at = catalogue.parts(known)[0] if known.statistic.kind == "ratio" else known
    return 0 if looked_at.statistic.is_zero_when_empty else 1


def _direction(written: WrittenScore, known: Kpi) -> str | None:
    """What is better; null where a value is to lie within and neither is."""
    if known.direction != "watch":
        if written.direction not in (None, known.direction):
            raise ValueError(f"{known.kpi_id} is better when {known.direction}; leave 'direction' out")
        return known.direction
    if written.direction is None and (written.kind == "improve" or written.target is not None):
        within = "" if written.kind == "improve" else ", or write 'within: [from, to]' instead of a target"
        raise ValueError(f"{known.kpi_id} is neither better high nor low; add 'direction: higher' or 'lower'{within}")
    return written.direction


def _over(written: WrittenScore, known: Kpi) -> str:
    """The level now for what is improved and for stocks; what happened in the window for what is reached, and for
    volumes; one period for what is maintained."""
    if written.kind == "maintain":
        return SPAN_OF_GRAIN[written.each or "week"]
    if written.over:
        return parse_over(written.over)
    is_stock = known.statistic.kind in ("stock", "age")
    in_window = (written.kind == "reach" and not is_stock) or known.statistic.is_volume
    return "window" if in_window else LEVEL_SPAN


def _baseline(written: WrittenScore, known: Kpi) -> dict[str, Decimal | Period]:
    if written.baseline is None:
        return {}
    if looks_like_period(str(written.baseline)):
        return {"baseline_period": parse_period(str(written.baseline))}
    return {"baseline_value": parse_value(written.baseline, known)}


def _target(written: WrittenScore, known: Kpi) -> Target | None:
    if written.within is not None:
        return parse_within(written.within, known)
    if written.target is None:
        return None
    target = parse_target(written.target, known)
    if written.kind != "improve" and target.kind != "absolute":
        raise ValueError(
            f"kind {written.kind} has no baseline that {written.target} could be taken from; write a value"
        )
    return target


def _required(written: WrittenScore) -> dict[str, Decimal]:
    if written.required is None:
        return {}
    required = parse_share(written.required)
    if required == 0:
        raise ValueError(f"required: {written.required} asks for nothing; write a share above 0%")
    return {"required": required}


def _each(written: WrittenScore, window: Period) -> dict[str, str]:
    if written.kind != "maintain":
        return {}
    grain = written.each or "week"
    if not _has_whole(grain, window):
        smaller = "each: day" if grain == "week" else "each: week or day"
        raise ValueError(f"the window {window} holds no whole {grain} to look at; widen it, or write {smaller}")
    return {"grain": grain}


def _has_whole(grain: str, window: Period) -> bool:
    """Whether some week from Monday to Sunday, or some calendar month, lies wholly inside the window."""
    if grain == "week":
        monday = window.first + timedelta(days=-window.first.weekday() % 7)
        return monday + timedelta(days=6) <= window.last
    if grain == "month":
        first = window.first if window.first.day == 1 else _next_month(window.first)
        return _next_month(first) - timedelta(days=1) <= window.last
    return True


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _phases(written: WrittenScore, window: Period) -> tuple[tuple[date, Decimal], ...]:
    phases = tuple(sorted((parse_day(day), parse_share(share)) for day, share in written.phases.items()))
    for day, _ in phases:
        if not window.first <= day <= window.last:
            raise ValueError(f"phases: {day} is outside the window {window}; write a day inside it")
    for (earlier, before), (later, after) in pairwise(phases):
        if after < before:
            raise ValueError(
                f"phases: {_percent(after)} by {later} is less than {_percent(before)} by {earlier}; "
                "the way only gets longer, write shares that do not fall"
            )
    return phases


def _percent(share: Decimal) -> str:
    return f"{float(share * PERCENT):g}%"


def _refuse_impossible(found: KeyResult) -> None:
    """Raise ValueError for a target that lies the wrong way, goes nowhere, or is out of range."""
    known, baseline, target, written = found.kpi, found.baseline_value, found.target, found.written
    if target is None or known is None or found.kind != "improve":
        return
    better = f"{known.kpi_id} is better when {found.direction}"
    if target.kind != "absolute" and (target.amount < 0) != (found.direction == "lower"):
        raise ValueError(f"{better}, but {written.target} goes the other way; turn its sign")
    if baseline is None:
        return
    if target.kind == "relative" and baseline == 0:
        raise ValueError(f"{written.target} of a baseline of 0 goes nowhere; write a value")
    value = target.value(baseline)
    if value is None:
        return
    refuse_out_of_range(value, known, f"{written.target} from {written.baseline}")
    if is_met(baseline, value, str(found.direction)):
        side = "below" if found.direction == "lower" else "above"
        raise ValueError(f"{better}, but its target {written.target} is not {side} its baseline {written.baseline}")


def _refuse_late_baseline(found: KeyResult) -> None:
    if found.baseline_period and found.baseline_period.last >= found.window.last:
        raise ValueError(
            f"the baseline period {found.baseline_period} ends no earlier than the window {found.window}; "
            "write an earlier period"
        )
