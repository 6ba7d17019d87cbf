"""What is said of a key result in a language: figures with their units, and a sentence for what follows from them."""

from collections.abc import Iterator
from dataclasses import dataclass

from okr_analytics.languages.language import Language
from okr_analytics.report.key_results import Day, Detail
from okr_analytics.scorecard.reading import Line

PEOPLE = ("milestone", "cadence", "all_of")
SYMBOLS = {
    "on_track": "●", "at_risk": "▲", "off_track": "■", "closed_met": "✔", "closed_missed": "✘",
}  # fmt: skip
QUIET_SYMBOL = "○"
LOOKS = {"on_track": "good", "closed_met": "good", "at_risk": "warn", "off_track": "bad", "closed_missed": "bad"}
OWN_SIGN = ("share", "seconds")
GAP_DIGITS = 3  # a tenth of a point, as it is shown
DAYS_APART = 7


def symbol(status: str | None) -> str:
    """The sign of a status, which is another for each that matters."""
    return SYMBOLS.get(status or "", QUIET_SYMBOL)


def look(status: str | None) -> str:
    """How a status looks: good, warn, bad or quiet."""
    return LOOKS.get(status or "", "quiet")


@dataclass(frozen=True)
class Telling:
    """One key result in a language."""

    say: Language
    line: Line
    detail: Detail

    @property
    def is_measured(self) -> bool:
        """Whether its value is one of a KPI, in the KPI's unit."""
        return self.line.kind not in (*PEOPLE, "maintain")

    @property
    def unit(self) -> str:
        """What its figures are in, where they do not say so themselves."""
        is_said = not self.is_measured or self.detail.unit in OWN_SIGN
        return "" if is_said else self.say.unit(self.detail.unit)

    @property
    def baseline(self) -> str | None:
        """Where it comes from; null where it comes from nowhere."""
        return self.bare(self.line.baseline) if self.line.baseline is not None else None

    @property
    def now(self) -> str:
        """The value; what people do, and periods that were kept, are counted."""
        line, n = self.line, self.line.n or 0
        if line.kind == "milestone":
            return self.say.text("page.now.milestone", count=line.milestone_count, done=self.say.number(n))
        if line.kind == "all_of":
            return self.say.text("page.now.all_of", count=line.part_count, done=self.say.number(n))
        if line.kind == "cadence" or (line.kind == "maintain" and line.value is not None):
            done = line.value or 0 if line.kind == "cadence" else (line.value or 0) * n
            grain = line.grain or "day"
            return self.say.text(f"page.now.{grain}", count=n, done=self.say.number(done, 0))
        return self.bare(line.value)

    @property
    def target(self) -> str:
        """What it is to be; as it is written while it has no value yet."""
        line, bounds = self.line, self.detail.bounds
        if line.kind in PEOPLE:
            return self.say.text("page.target.all")
        if bounds:
            low, high = map(self.bare, bounds)
            return self.say.text("page.target.between", low=low, high=high)
        if line.kind == "maintain":
            return self._wanted(line.target)
        if line.target is None:
            return line.target_written or self.say.text("page.target.open")
        return self.bare(line.target) if line.kind == "improve" else self._wanted(line.target)

    @property
    def beside(self) -> str:
        """The value beside its target, with their unit."""
        return self.say.text("page.now_of", now=self.now, target=f"{self.target} {self.unit}".rstrip())

    def bare(self, value: float | None) -> str:
        """The same without a unit that stands elsewhere."""
        return self.say.bare(value, self.detail.unit)

    def figure(self, value: float | None) -> str:
        """A value of what is measured."""
        return self.say.figure(value, self.detail.unit)

    def valued(self, value: float | None) -> str:
        """The value of a day: a figure of what is measured, how often people did something, else a share."""
        if self.is_measured:
            return self.figure(value)
        return self.say.number(value) if self.line.kind == "cadence" else self.say.share(value)

    @property
    def reached(self) -> str:
        """How far it is, and how far it should be today."""
        line = self.line
        if line.attainment is None:
            return self.say.text("page.kr.reach_unknown")
        if line.kind == "reach":
            return self.say.text("page.kr.met" if line.attainment else "page.kr.not_met")
        reached, expected = self.say.share(line.attainment, 0), self.say.share(line.expected, 0)
        key = "page.kr.reached" if line.expected is None else "page.kr.reached_expected"
        return self.say.text(key, reached=reached, expected=expected)

    @property
    def gap(self) -> str | None:
        """How far it is ahead or behind; null where that cannot be said, or says nothing more."""
        line = self.line
        if line.attainment is None or line.expected is None or line.kind == "reach":
            return None
        gap = line.attainment - line.expected
        if round(abs(gap), GAP_DIGITS) == 0:
            return None
        key = "page.kr.ahead" if gap >= 0 else "page.kr.behind"
        return self.say.text(key, gap=self.say.change(abs(gap), "share").removeprefix("+"))

    @property
    def notes(self) -> list[str]:
        """What follows from the answer, a sentence each."""
        return [*self._needed(), *self._projected(), *self._noise(), *self._budget(), *self._realism()]

    @property
    def filtered(self) -> str:
        """Which rows are let through."""
        filters = [
            f"{self.say.dimension(name)}: {self.say.listed(self.say.member(name, each) for each in members)}"
            for name, members in self.detail.filter.items()
        ]
        return "; ".join(filters) or self.say.text("member.all")

    @property
    def over(self) -> str | None:
        """The days that a value is measured over."""
        over = self.detail.over
        if over is None:
            return None
        if over in ("window", "week", "month"):
            return self.say.text(f"page.over.{over}")
        return self.say.text("page.over.days", count=int(over.removesuffix("d")))

    @property
    def weeks(self) -> list[Day]:
        """A day of each week, the newest first."""
        return list(reversed(self.detail.days))[::DAYS_APART]

    def _wanted(self, target: float | None) -> str:
        if target is None:
            return self.line.target_written or self.say.text("page.target.open")
        key = "page.target.at_most" if self.line.direction == "lower" else "page.target.at_least"
        return self.say.text(key, value=self.bare(target))

    def _needed(self) -> Iterator[str]:
        needed, note = self.detail.needed, self.detail.needed_note
        if note in ("secured", "unreachable"):
            yield self.say.text(f"page.kr.{note}")
        elif needed is not None:
            yield self.say.text("page.kr.needed", value=self.figure(needed))

    def _projected(self) -> Iterator[str]:
        detail = self.detail
        if detail.projected is None or not self.is_measured:
            return
        said = {"value": self.figure(detail.projected), "day": self.say.short_day(detail.window_end)}
        if detail.projected_low is None or detail.projected_high is None:
            yield self.say.text("page.kr.projected", **said)
            return
        low, high = self.bare(detail.projected_low), self.bare(detail.projected_high)
        yield self.say.text("page.kr.projected_band", low=low, high=high, **said)

    def _noise(self) -> Iterator[str]:
        low, high = self.detail.value_low, self.detail.value_high
        if low is not None and high is not None and self.is_measured:
            yield self.say.text("page.kr.noise", low=self.bare(low), high=self.figure(high))

    def _budget(self) -> Iterator[str]:
        if self.detail.budget is not None and self.detail.burn is not None:
            budget, burn = self.say.number(self.detail.budget), self.say.share(self.detail.burn, 0)
            yield self.say.text("page.kr.budget", budget=budget, burn=burn)

    def _realism(self) -> Iterator[str]:
        if self.detail.was_seen is False and self.detail.asked_days:
            yield self.say.text("page.kr.never_seen", count=self.detail.asked_days)
