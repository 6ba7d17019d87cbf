"""Charts as SVG, described in Vega-Lite: lines over days with what they are to reach, and the hours of a week. No axis
says what a label beside its line can say. What is drawn does not belong here.

Colours are light ones; the page's style gives each its dark twin, so every colour that is drawn stands here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from okr_analytics.report.svg import drawn

LINE, QUIET, AIM, MUTED, GRID = "#1f5fa8", "#7b8496", "#00735a", "#586174", "#dfe3ea"
FONT_SIZE, LINE_HEIGHT = 11, 14
MARGIN = 0.08
TO = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
WEEK_SIZE = (24 * 26, 7 * 24)
SOLID, DASHED, DOTTED = (), (5, 4), (2, 3)
Spec = dict[str, Any]
CONFIG: Spec = {"aria": False, "font": "system-ui, sans-serif", "view": {"stroke": None}}


@dataclass(frozen=True)
class Path:
    """A line: points of a place on the x axis and a value; a null value is a gap."""

    points: Sequence[tuple[float, float | None]]
    colour: str = LINE
    width: float = 2
    dash: tuple[int, ...] = SOLID
    has_end: bool = False


@dataclass(frozen=True)
class Label:
    """What stands beside the right end, at the height of a value."""

    value: float
    text: str
    colour: str


@dataclass(frozen=True)
class Fan:
    """What may become of a line: from its newest point to what is likely, and its band, at another place."""

    start: tuple[float, float]
    place: float
    low: float
    high: float


@dataclass(frozen=True)
class Chart:
    """Lines from place 0 to `length`, with labels beside them, ticks below, and at most one fan. In pixels: the width
    of the plot and of the labels beside it, and the height."""

    length: float
    paths: Sequence[Path]
    labels: Sequence[Label] = ()
    ticks: Sequence[tuple[float, str]] = ()
    fan: Fan | None = None
    width: int = 256
    beside: int = 124
    height: int = 120
    least: float | None = None

    @property
    def values(self) -> list[float]:
        """Everything that must fit on the y axis."""
        found = [value for path in self.paths for _, value in path.points if value is not None]
        found += [label.value for label in self.labels] + ([self.fan.low, self.fan.high] if self.fan else [])
        return found + ([] if self.least is None else [self.least])

    @property
    def span(self) -> tuple[float, float]:
        """The ends of the y axis."""
        low, high = min(self.values), max(self.values)
        room = (high - low) * MARGIN or abs(high) * MARGIN or 1.0
        return low - (0 if low == self.least else room), high + room


def draw(chart: Chart) -> str:
    """The chart as SVG; empty where there is nothing to draw."""
    if not chart.values:
        return ""
    layers = [*_ticks(chart), *_fan(chart), *_paths(chart), *_ends(chart), *_labels(chart)]
    bottom = LINE_HEIGHT + 4 if chart.ticks else 4
    padding = {"left": 5, "top": 6, "right": chart.beside, "bottom": bottom}
    return _svg(layers, _axes((0, chart.length), chart.span), (chart.width, chart.height), padding)


def draw_week(
    shares: Sequence[tuple[int, int, float]], weekdays: Sequence[str], peaks: Sequence[tuple[int, int, str]]
) -> str:
    """The hours of a week: each weekday (1 to 7), hour and how full it is (0 to 1), with the peaks labelled."""
    rows = [{"x": hour, "x2": hour + 1, "y": day - 1, "y2": day, "share": share} for day, hour, share in shares]
    full = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": [0.03, 0.95]},
        "legend": None,
    }
    cells = _layer(rows, {"type": "rect", "color": LINE, "stroke": GRID, "strokeWidth": 1}, fillOpacity=full, **TO)
    said = [{"x": hour + 0.5, "y": day - 0.5, "text": text} for day, hour, text in peaks]
    names = [{"x": 0, "y": number + 0.5, "text": name} for number, name in enumerate(weekdays)]
    hours = [{"x": hour, "y": 7, "text": f"{hour:02d}:00"} for hour in range(0, 24, 3)]
    layers = [
        cells,
        _text(said, color="#ffffff", fontWeight="bold", align="center"),
        _text(names, color=MUTED, align="right", dx=-6),
        _text(hours, color=MUTED, align="left", dy=12),
    ]
    return _svg(layers, _axes((0, 24), (7, 0)), WEEK_SIZE, {"left": 46, "top": 4, "right": 4, "bottom": 20})


def _svg(layers: list[Spec], axes: Spec, size: tuple[int, int], padding: dict[str, int]) -> str:
    width, height = size
    whole = {"layer": layers, "encoding": axes, "width": width, "height": height, "padding": padding}
    return drawn({**whole, "autosize": "none", "background": "transparent", "config": CONFIG})


def _axes(x: tuple[float, float], y: tuple[float, float]) -> Spec:
    return {
        name: {
            "field": name,
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": ends, "nice": False, "zero": False},
        }
        for name, ends in (("x", x), ("y", y))
    }


def _layer(rows: Sequence[Spec], mark: Spec, **encoding: Spec) -> Spec:
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def _text(rows: Sequence[Spec], **look: object) -> Spec:
    return _layer(rows, {"type": "text", "fontSize": FONT_SIZE, **look}, text={"field": "text", "type": "nominal"})


def _paths(chart: Chart) -> list[Spec]:
    return [
        _layer([{"x": place, "y": value} for place, value in path.points], {
            "type": "line", "color": path.colour, "strokeWidth": path.width, "strokeJoin": "round",
            "invalid": "break-paths-filter-domains", **({"strokeDash": path.dash} if path.dash else {}),
        })
        for path in chart.paths
    ]  # fmt: skip


def _ends(chart: Chart) -> list[Spec]:
    """A dot on the newest known point."""
    found = []
    for path in chart.paths:
        known = [{"x": place, "y": value} for place, value in path.points if value is not None]
        if path.has_end and known:
            found.append(_layer(known[-1:], {"type": "circle", "color": path.colour, "size": 48, "opacity": 1}))
    return found


def _fan(chart: Chart) -> list[Spec]:
    if chart.fan is None:
        return []
    place, value = chart.fan.start
    ends = {"x": chart.fan.place, "y": chart.fan.low, "y2": chart.fan.high}
    mark = {"type": "area", "color": LINE, "opacity": 0.16}
    return [_layer([{"x": place, "y": value, "y2": value}, ends], mark, y2=TO["y2"])]


def _ticks(chart: Chart) -> list[Spec]:
    low, high = chart.span
    rows = [{"x": place, "y": low, "y2": high, "text": text} for place, text in chart.ticks]
    if not rows:
        return []
    rules = _layer(rows, {"type": "rule", "color": GRID}, y2=TO["y2"])
    return [rules, _text(rows, color=MUTED, align="left", baseline="top", dy=4)]


def _labels(chart: Chart) -> list[Spec]:
    """Beside the right end, moved apart where they would overlap."""
    together = zip(sorted(chart.labels, key=lambda each: each.value), _apart(chart), strict=True)
    rows = [{"x": chart.length, "y": place, "text": each.text, "colour": each.colour} for each, place in together]
    said = _text(rows, align="left", baseline="middle", dx=7)
    said["encoding"]["color"] = {"field": "colour", "type": "nominal", "scale": None}
    return [said] if rows else []


def _apart(chart: Chart) -> list[float]:
    """Where labels stand, from the lowest value up: never nearer than a line's height, never outside."""
    low, high = chart.span
    step = LINE_HEIGHT / chart.height * (high - low)
    places: list[float] = []
    for label in sorted(chart.labels, key=lambda each: each.value):
        places.append(max(label.value, places[-1] + step) if places else label.value)
    over = max(0.0, places[-1] + step / 2 - high) if places else 0.0
    for number in range(len(places) - 1, -1, -1):
        above = places[number + 1] - step if number + 1 < len(places) else places[number] - over
        places[number] = min(places[number], above)
    return places
