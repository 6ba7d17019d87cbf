"""Why a status is what it is, in one sentence with its figures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from okr_analytics.explain.definition import Definition
from okr_analytics.explain.words import success_said
from okr_analytics.figures import counted, percent
from okr_analytics.okr.scoring.baselines import PROVISIONAL_DAYS
from okr_analytics.okr.scoring.score import elapsed_share
from okr_analytics.okr.scoring.statuses import AT_RISK_GAP, EARLY_EXPECTED, ON_TRACK_GAP, STALE_AFTER_DAYS

GAPS = (ON_TRACK_GAP, AT_RISK_GAP)
MOST_DECIMALS = 3


@dataclass(frozen=True)
class Situation:
    """An answer with what its status rests on. `newest_day`: of the data; null where none is needed or there is none.
    `parts`: of an all_of, id and status each."""

    definition: Definition
    day: date
    row: dict[str, Any]
    newest_day: date | None
    parts: tuple[tuple[str, str], ...] = ()


def why(found: Situation) -> str:
    """The reason of its status."""
    status = str(found.row["status"])
    return _WHY.get(status, _by_gap)(found)


def gap_said(attainment: float, expected: float) -> str:
    """How far it is beside how far it should be, in as many decimals as it takes to see the status."""
    gap = round(attainment - expected, 9)
    for decimals in range(MOST_DECIMALS):
        points = round(round(attainment * 100, decimals) - round(expected * 100, decimals), decimals)
        if all((points >= 100 * float(each)) == (gap >= float(each)) for each in GAPS):
            break
    said = f"{percent(attainment, decimals)} reached, {percent(expected, decimals)} expected by this day"
    return f"{said}: {_behind(points, decimals)}"


def _behind(points: float, decimals: int) -> str:
    if not points:
        return "as planned"
    side = "ahead" if points > 0 else "behind"
    said = f"{abs(points):.{decimals}f}"
    return f"{said} {'point' if said == '1' else 'points'} {side}"


def _by_gap(found: Situation) -> str:
    attainment, expected = found.row["attainment"], found.row["expected"]
    return f"{gap_said(attainment, expected)}. {limits_said()}"


def limits_said() -> str:
    """How far behind each status may be."""
    on_track, at_risk = (f"{-float(each) * 100:.0f}" for each in GAPS)
    return f"(Up to {on_track} points behind is on track, up to {at_risk} at risk.)"


def _draft(found: Situation) -> str:
    if found.definition.kind == "all_of":
        return "Some of its parts has no target yet, so nothing is scored."
    return "No target is written yet, so nothing is scored."


def _not_started(found: Situation) -> str:
    return f"Its window begins on {found.definition.window.first}; it was known before."


def _baseline_pending(found: Situation) -> str:
    period = found.definition.baseline_period
    if period is None:
        return "The baseline of some part is not known yet."
    return f"Its baseline is computed from {period.first} to {period.last}, and these days are not over."


def _too_early(found: Situation) -> str:
    window = found.definition.window
    if elapsed_share(window, found.day) < EARLY_EXPECTED:
        gone = counted((found.day - window.first).days + 1, "day")
        return f"Only {gone} of {window.days} are over; nothing is judged before a tenth of the window is."
    thing = "part" if found.definition.kind == "all_of" else found.definition.grain or "period"
    return f"No {thing} of it can be judged yet."


def _no_data(found: Situation) -> str:
    return f"{_missing(found)} Nobody knows how far it is, and that is not 0."


def _missing(found: Situation) -> str:
    n, least = found.row["n"] or 0, int(found.definition.row["min_n"])
    if found.definition.kind == "all_of":
        unknown = [name for name, status in found.parts if status in ("no_data", "closed_no_data", "draft")]
        return f"Of {' and '.join(unknown) or 'some part'} nothing is known."
    if found.definition.kind == "maintain":
        return f"No {found.definition.grain} so far has the {counted(least, 'row')} that it takes."
    flags = found.row["flag"] or ""
    for flag, said in (
        ("no_baseline", "Its baseline could not be computed."),
        ("zero_baseline", "Its baseline is 0."),
        ("target_out_of_range", "Its target follows from its baseline and is out of range."),
    ):
        if flag in flags:
            return said
    if n < least:
        return f"The value rests on {counted(n, 'row')}; it takes at least {least:,}."
    return "No value could be measured on these days."


def _stale(found: Situation) -> str:
    return (
        f"The data ends on {found.newest_day}, more than {STALE_AFTER_DAYS} business days before this day: "
        f"what it says is too old to judge by."
    )


def _closed(found: Situation) -> str:
    window, row = found.definition.window, found.row
    met = "met" if row["status"] == "closed_met" else "missed"
    ambition = success_said(str(found.definition.objective["ambition"]))
    return f"Its window ended on {window.last} at {percent(row['attainment'])}: {met} ({ambition}).{_until(found)}"


def _closed_no_data(found: Situation) -> str:
    return f"Its window ended on {found.definition.window.last}. {_no_data(found)}{_until(found)}"


def _until(found: Situation) -> str:
    """Until when a closing answer may change."""
    if not found.row.get("is_provisional"):
        return ""
    return f" Provisional until {found.definition.window.last + timedelta(days=PROVISIONAL_DAYS)}."


_WHY: dict[str, Callable[[Situation], str]] = {
    "draft": _draft,
    "not_started": _not_started,
    "baseline_pending": _baseline_pending,
    "too_early": _too_early,
    "no_data": _no_data,
    "stale": _stale,
    "closed_met": _closed,
    "closed_missed": _closed,
    "closed_no_data": _closed_no_data,
}
