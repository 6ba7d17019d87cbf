"""Which charts the page has, and what is in each: key results with what they are to reach, KPIs by week, the week."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from okr_analytics.languages.language import Language
from okr_analytics.report.drawing import (
    AIM,
    DASHED,
    DOTTED,
    LINE,
    MUTED,
    QUIET,
    Chart,
    Fan,
    Label,
    Path,
    draw,
    draw_week,
)  # fmt: skip
from okr_analytics.report.key_results import Day
from okr_analytics.report.operations import Demand, Operations
from okr_analytics.report.panels import WEEKS, Panel, Week
from okr_analytics.report.reading import Report
from okr_analytics.report.telling import Telling

FEWEST_DAYS_APART = 20
EARLY = "too_early"


def pictures(report: Report, say: Language, *, is_whole: bool) -> Mapping[str, str]:
    """Every chart as SVG, by what it is about."""
    charts = dict(_key_results(report, say))
    if is_whole:
        for panel in report.panels:
            charts |= _panel(panel, say)
        charts["backlog"] = _backlog(report.operations, say)
    with ThreadPoolExecutor() as together:
        drawn = dict(zip(charts, together.map(draw, charts.values()), strict=True))
    demand = report.operations.demand
    return {**drawn, "demand": _week(demand, say) if is_whole and demand else ""}


def _key_results(report: Report, say: Language) -> Iterator[tuple[str, Chart]]:
    for line in report.lines:
        yield line.kr_id, key_result(Telling(say, line, report.details[line.kr_id]))


def key_result(told: Telling) -> Chart:
    """The way of a key result through its window: its values, or where it has none of a KPI how far it is."""
    first, last = told.detail.window_start, told.detail.window_end
    length = max((last - first).days, 1)
    way = _values(told, length) if told.is_measured else _reached(told)
    return Chart(length=length, ticks=_months(told.say, first, last), **way)  # type: ignore[arg-type]


def _values(told: Telling, length: int) -> dict[str, object]:
    """Values, baseline, target and what they are heading for."""
    say, line, detail = told.say, told.line, told.detail
    points = [((day.day - detail.window_start).days, value) for day, value in _settled(told)]
    paths, labels = [], []
    if line.baseline is not None:
        paths.append(Path([(0, line.baseline), (length, line.baseline)], QUIET, 1, DASHED))
        labels.append(Label(line.baseline, f"{say.text('page.chart.start')} {told.bare(line.baseline)}", MUTED))
    for aim in detail.bounds or ([line.target] if line.target is not None else []):
        paths.append(Path([(0, aim), (length, aim)], AIM, 1.5))
        labels.append(Label(aim, f"{say.text('page.chart.target')} {told.bare(aim)}", AIM))
    fan = _fan(told, points, length)
    if fan and detail.projected is not None:
        paths.append(Path([fan.start, (fan.place, detail.projected)], LINE, 1.5, DOTTED))
        labels.append(Label(detail.projected, f"{say.text('page.chart.ahead')} {told.bare(detail.projected)}", LINE))
    return {"paths": [*paths, Path(points, LINE, 2, has_end=True)], "labels": labels, "fan": fan}


def _settled(told: Telling) -> Iterator[tuple[Day, float | None]]:
    """The values; without the first days, too early to tell, up to the last that is far from all that follows."""
    days, line = told.detail.days, told.line
    others = [day.value for day in days if day.status != EARLY]
    known = [each for each in (*others, line.baseline, line.target) if each is not None]
    early = [day.day for day in days if day.status == EARLY and day.value is not None and known]
    values = {day.day: day.value or 0.0 for day in days}
    last_far = max((day for day in early if not min(known) <= values[day] <= max(known)), default=date.min)
    for day in days:
        yield day, None if day.day <= last_far else day.value


def _fan(told: Telling, points: Sequence[tuple[int, float | None]], length: int) -> Fan | None:
    detail = told.detail
    if detail.projected_low is None or detail.projected_high is None or not points or points[-1][1] is None:
        return None
    place, value = points[-1]
    return Fan((place, float(value or 0)), length, detail.projected_low, detail.projected_high)


def _reached(told: Telling) -> dict[str, object]:
    """How far it is beside how far it was expected to be."""
    say, start = told.say, told.detail.window_start
    reached = [((day.day - start).days, day.attainment) for day in told.detail.days]
    expected = [((day.day - start).days, day.expected) for day in told.detail.days]
    labels = [Label(1.0, f"{say.text('page.chart.target')} {say.share(1.0, 0)}", AIM)]
    return {
        "paths": [Path(expected, QUIET, 1, DASHED), Path(reached, LINE, 2, has_end=True)],
        "labels": labels,
        "least": 0.0,
    }


def _months(say: Language, first: date, last: date) -> list[tuple[float, str]]:
    """The first day, and the first of each month that is not too near to it; of a long window some months only."""
    starts = [first]
    day = first
    while (day := (day.replace(day=1) + timedelta(days=32)).replace(day=1)) <= last:
        starts.append(day)
    if len(starts) > 1 and (starts[1] - first).days < FEWEST_DAYS_APART:
        del starts[0]
    chosen = [each for each in starts if (last - each).days >= FEWEST_DAYS_APART / 2] or starts[:1]
    step = -(-len(chosen) // 4)
    return [((each - first).days, say.short_day(each)) for each in chosen[::step]]


def _panel(panel: Panel, say: Language) -> dict[str, Chart]:
    found = {f"panel {panel.kpi.kpi_id}": _weeks(panel.recent, panel.before, panel.kpi.unit, say)}
    if panel.tail:
        found[f"panel {panel.tail.kpi_id}"] = _weeks(panel.tail_weeks, (), panel.tail.unit, say, height=44)
    return found


def _weeks(weeks: Sequence[Week], before: Sequence[Week], unit: str, say: Language, height: int = 76) -> Chart:
    """The newest weeks, those before under them, and the newest ones that may still change dotted."""
    final = [(place, week.value) for place, week in enumerate(weeks) if week.is_complete]
    open_since = len(final) - 1 if final else 0
    still = [(place, week.value) for place, week in enumerate(weeks) if place >= open_since]
    paths = [Path(list(enumerate(week.value for week in before)), QUIET, 1.25, DASHED)] if before else []
    paths += [Path(final, LINE, 2, has_end=True), Path(still if len(still) > 1 else [], LINE, 1.5, DOTTED)]
    known = [value for _, value in final if value is not None]
    labels = [Label(known[-1], say.bare(known[-1], unit), LINE)] if known else []
    ticks = [(place, say.short_day(weeks[place].start)) for place in (0, 6) if place < len(weeks)]
    return Chart(WEEKS - 1, paths, labels, ticks, width=220, beside=86, height=height)


def _backlog(work: Operations, say: Language) -> Chart:
    weeks = work.backlog.weeks
    points = [(place, float(week.closing)) for place, week in enumerate(weeks)]
    labels = [Label(points[-1][1], say.number(points[-1][1]), LINE)] if points else []
    ticks = [(place, say.short_day(weeks[place].start)) for place in (0, 4, 8) if place < len(weeks)]
    length = max(len(weeks) - 1, 1)
    return Chart(length, [Path(points, LINE, 2, has_end=True)], labels, ticks, width=300, beside=50, least=0.0)


def _week(demand: Demand, say: Language) -> str:
    most = max(each.per_day for each in demand.hours) or 1.0
    shares = [(each.weekday, each.hour, each.per_day / most) for each in demand.hours]
    peaks = [(each.weekday, each.hour, say.number(each.per_day, 1)) for each in demand.peaks]
    return draw_week(shares, [say.weekday(day, is_short=True) for day in range(1, 8)], peaks)
