"""Charts as SVG: lines over days with what they are to reach, and the hours of a week. No axis says what a label beside
its line can say. What is drawn does not belong here.

Colours are light ones; the page's style gives each its dark twin, so every colour that is drawn stands here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
from altair.utils.schemapi import debug_mode

from okr_analytics.report.svg import drawn

LINE, QUIET, AIM, MUTED, GRID = "#1f5fa8", "#7b8496", "#00735a", "#586174", "#dfe3ea"
FONT_SIZE, LINE_HEIGHT = 11, 14
MARGIN = 0.08
SOLID, DASHED, DOTTED = (), (5, 4), (2, 3)


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
    width: int = 270
    beside: int = 110
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
    bottom = LINE_HEIGHT + 4 if chart.ticks else 4
    with debug_mode(False):  # noqa: FBT003 - Altair would check every part of every chart against its schema
        layers = [*_ticks(chart), *_fan(chart), *_paths(chart), *_ends(chart), *_labels(chart)]
    return _svg(alt.layer(*layers), chart.width, chart.height, {"left": 5, "top": 6, "right": chart.beside, "bottom": bottom})


def draw_week(shares: Sequence[tuple[int, int, float]], weekdays: Sequence[str], peaks: Sequence[tuple[int, int, str]]) -> str:
    """The hours of a week: each weekday (1 to 7), hour and how full it is (0 to 1), with the peaks labelled."""
    cell, tall = 26, 24
    rows = [{"x": hour, "x2": hour + 1, "y": day - 1, "y2": day, "share": share} for day, hour, share in shares]
    x, y = _scaled("x", (0, 24)), _scaled("y", (7, 0))
    cells = alt.Chart(_data(rows)).mark_rect(color=LINE, stroke=GRID, strokeWidth=1)
    full = alt.FillOpacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.03, 0.95]), legend=None)
    layers: list[alt.Chart] = [cells.encode(x=x, x2="x2:Q", y=y, y2="y2:Q", fillOpacity=full)]
    said = [{"x": hour + 0.5, "y": day - 0.5, "text": text} for day, hour, text in peaks]
    layers.append(_text(said, x, y, color="#ffffff", fontWeight="bold", align="center"))
    names = [{"x": 0, "y": number + 0.5, "text": name} for number, name in enumerate(weekdays)]
    layers.append(_text(names, x, y, color=MUTED, align="right", dx=-6))
    hours = [{"x": hour, "y": 7, "text": f"{hour:02d}:00"} for hour in range(0, 24, 3)]
    layers.append(_text(hours, x, y, color=MUTED, align="left", dy=12))
    return _svg(alt.layer(*layers), 24 * cell, 7 * tall, {"left": 46, "top": 4, "right": 4, "bottom": 20})


def _svg(layered: alt.LayerChart, width: int, height: int, padding: dict[str, int]) -> str:
    whole = layered.properties(
        width=width, height=height, padding=padding, background="transparent",
        autosize=alt.AutoSizeParams(type="none"),
    )  # fmt: skip
    return drawn(whole.configure(aria=False, font="system-ui, sans-serif", view={"stroke": None}).to_dict(validate=False))


def _data(rows: Sequence[dict[str, object]]) -> alt.Data:
    return alt.Data(values=list(rows))  # type: ignore[arg-type]


def _scaled(name: str, domain: tuple[float, float]) -> alt.X | alt.Y:
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    kind = alt.X if name == "x" else alt.Y
    return kind(f"{name}:Q", scale=scale, axis=None)


def _axes(chart: Chart) -> dict[str, alt.X | alt.Y]:
    return {"x": _scaled("x", (0, chart.length)), "y": _scaled("y", chart.span)}


def _paths(chart: Chart) -> list[alt.Chart]:
    return [
        alt.Chart(_data([{"x": place, "y": value} for place, value in path.points]))
        .mark_line(
            color=path.colour, strokeWidth=path.width, strokeDash=list(path.dash) or alt.Undefined, strokeJoin="round",
            invalid="break-paths-filter-domains",
        )
        .encode(**_axes(chart))
        for path in chart.paths
    ]  # fmt: skip


def _ends(chart: Chart) -> list[alt.Chart]:
    """A dot on the newest known point."""
    found = []
    for path in chart.paths:
        known = [{"x": place, "y": value} for place, value in path.points if value is not None]
        if path.has_end and known:
            dot = alt.Chart(_data(known[-1:])).mark_circle(color=path.colour, size=48, opacity=1)
            found.append(dot.encode(**_axes(chart)))
    return found


def _fan(chart: Chart) -> list[alt.Chart]:
    fan = chart.fan
    if fan is None:
        return []
    (place, value), axes = fan.start, _axes(chart)
    rows = [{"x": place, "y": value, "y2": value}, {"x": fan.place, "y": fan.low, "y2": fan.high}]
    return [alt.Chart(_data(rows)).mark_area(color=LINE, opacity=0.16).encode(**axes, y2="y2:Q")]


def _ticks(chart: Chart) -> list[alt.Chart]:
    if not chart.ticks:
        return []
    low, high = chart.span
    rows: list[dict[str, object]] = [{"x": place, "y": low, "y2": high, "text": text} for place, text in chart.ticks]
    axes = _axes(chart)
    rules = alt.Chart(_data(rows)).mark_rule(color=GRID).encode(**axes, y2="y2:Q")
    return [rules, _text(rows, axes["x"], axes["y"], color=MUTED, align="left", baseline="top", dy=4)]


def _labels(chart: Chart) -> list[alt.Chart]:
    """Beside the right end, moved apart where they would overlap."""
    axes = _axes(chart)
    together = zip(sorted(chart.labels, key=lambda each: each.value), _apart(chart), strict=True)
    rows = [{"x": chart.length, "y": place, "text": each.text, "colour": each.colour} for each, place in together]
    said = _text(rows, axes["x"], axes["y"], align="left", baseline="middle", dx=7)
    return [said.encode(color=alt.Color("colour:N", scale=None))] if rows else []


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


def _text(rows: Sequence[dict[str, object]], x: alt.X | alt.Y, y: alt.X | alt.Y, **look: object) -> alt.Chart:
    marked = alt.Chart(_data(rows)).mark_text(fontSize=FONT_SIZE, **look)  # type: ignore[arg-type]
    return marked.encode(x=x, y=y, text="text:N")
