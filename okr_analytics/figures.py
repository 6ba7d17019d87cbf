"""Numbers, days and statuses as people read them. What they mean does not belong here."""

import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from okr_analytics.durations import parts_of

LOOKS = {
    "on_track": ("●", "green"),
    "at_risk": ("▲", "yellow"),
    "off_track": ("■", "red"),
    "closed_met": ("✔", "green"),
    "closed_missed": ("✘", "red"),
}
CAUSES = {
    "first": "first answer",
    "redefinition": "definition changed",
    "rebaseline": "baseline changed",
    "retarget": "target changed",
    "calendar": "desk file changed",
    "methodology": "computation changed",
    "check_in": "check-in",
    "late_data": "data came late",
}
QUIET_LOOK = ("○", "dim")
UNKNOWN = "–"
DURATIONS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
MOST_DECIMALS = 6
LONGEST_SIGN = 3


def shown(value: float | None, unit: str) -> str:
    """A value as people read it: durations in their natural unit, shares in percent, '–' where not known."""
    if value is None:
        return UNKNOWN
    if unit == "share":
        return f"{value * 100:.1f} %"
    if unit == "seconds":
        return _duration(value)
    if unit.startswith("of "):
        return f"{value:.2f} {unit}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def percent(share: float | None, decimals: int = 0) -> str:
    """A share of 0 to 1 in percent."""
    return UNKNOWN if share is None else f"{share * 100:.{decimals}f} %"


def counted(number: float, thing: str) -> str:
    """A number of things: 1 ticket, 2,254 tickets."""
    return f"{number:,.0f} {thing}" if number == 1 else f"{number:,.0f} {thing}s"


def limit_said(seconds: int | None) -> str:
    """A limit in the largest unit in which it is a whole number: 1 h, 7 d."""
    size, name = next((size, name) for size, name in DURATIONS if (seconds or 0) % size == 0)
    return f"{(seconds or 0) // size} {name}"


def in_words(name: str) -> str:
    """A status or flag as people say it."""
    return name.replace("_", " ")


def status_text(status: str | None) -> Text:
    """A status with its sign and colour."""
    word = status or "not_started"
    symbol, style = LOOKS.get(word, QUIET_LOOK)
    return Text(f"{symbol} {in_words(word)}", style=style)


TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn the rest of a line around


def without_controls(text: str) -> str:
    """The text without signs that would steer a terminal, whoever wrote them into a title or a comment."""
    return "".join(
        sign for sign in text if sign in "\n\t" or (unicodedata.category(sign) != "Cc" and sign not in TURNING)
    )


@dataclass(frozen=True)
class Harmless:
    """The same, and nothing in it steers the terminal but its own colours."""

    shown: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """The segments of what is shown, their texts without controls."""
        for segment in console.render(self.shown, options):
            yield Segment(without_controls(segment.text), segment.style, segment.control)


def print_neatly(shown: RenderableType, console: Console) -> None:
    """Print it to fit the console; where that is no terminal, without spaces at the ends of lines."""
    if console.is_terminal:
        console.print(Harmless(shown))
        return
    with console.capture() as captured:
        console.print(Harmless(shown))
    console.file.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())


@dataclass(frozen=True)
class Scale:
    """One unit for figures that stand together, so that they can be compared at a glance: its size in the KPI's own
    unit, its name, and how many decimals it usually shows."""

    size: float
    name: str
    decimals: int = 1

    def say(self, value: float | None, more: int = 0) -> str:
        """The value with its unit; `more` decimals than usual."""
        if value is None:
            return UNKNOWN
        number = self._number(value, more)
        word, *rest = self.name.split(" ")
        singular = word[:-1] if number == "1" and len(word) > 1 and word.endswith("s") else word
        return " ".join((number, singular, *rest)).strip()

    def brief(self, value: float, more: int = 0) -> str:
        """The value, with its unit only where that is a sign like % or min."""
        return self.say(value, more) if len(self.name) <= LONGEST_SIGN else self._number(value, more)

    def between(self, low: float, high: float) -> str:
        """Two values and what lies between: 17.7 to 19.5 min."""
        return f"{self._number(low)} to {self.say(high)}"

    def _number(self, value: float, more: int = 0) -> str:
        number = f"{abs(value) / self.size:,.{self.decimals + more}f}"
        whole, _, fraction = number.partition(".")
        if self.name != "%" and not fraction.strip("0"):
            number = whole
        return f"−{number}" if value < 0 and number.strip("0.,") else number

    def apart(self, difference: float) -> str:
        """How far two values are apart, without a sign: points for shares."""
        said = self.say(abs(difference))
        return said.removesuffix(" %") + " points" if self.name == "%" else said

    def rounded(self, value: float, more: int) -> float:
        """The value as it is said."""
        return round(value / self.size, self.decimals + more)


def scale(unit: str, values: Iterable[float | None], written: Iterable[str | None] = ()) -> Scale:
    """The unit in which these values are best said; a duration in the one that people wrote, where it fits."""
    if unit == "share":
        return Scale(0.01, "%")
    least = min((abs(each) for each in values if each), default=0.0)
    if unit != "seconds":
        return Scale(1, unit, decimals=2 if unit.startswith("of ") or 0 < least < 1 else 1)
    for text in written:
        size = _written_size(text)
        if size and least >= 2 * size:
            return Scale(size, dict(DURATIONS)[size])
    size, name = next(((size, name) for size, name in DURATIONS if least >= 2 * size), DURATIONS[-1])
    return Scale(size, name, decimals=0 if name == "s" else 1)


def fraction(scaled: Scale, value: float, baseline: float, target: float) -> str:
    """(value - baseline) / (target - baseline) with its figures, in as many decimals as it takes to come out right."""
    wanted = round((value - baseline) / (target - baseline), 2)
    for more in range(MOST_DECIMALS):
        top, start, end = (scaled.rounded(each, more) for each in (value, baseline, target))
        if end != start and math.isclose(round((top - start) / (end - start), 2), wanted):
            break
    top_said, start_said, end_said = (scaled.brief(each, more) for each in (value, baseline, target))
    return f"({top_said} − {start_said}) / ({end_said} − {start_said}) = {wanted:.2f}".replace("= -", "= −")


def _written_size(text: str | None) -> int:
    """The size of the unit that a duration was written in; 0 where it is none."""
    try:
        parts = parts_of(text or "")
    except ValueError:
        return 0
    return min((size for _, size in parts), default=0)


def _duration(seconds: float) -> str:
    for size, name in DURATIONS[:-1]:
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} s"
