"""Numbers that people write, in decimals: values with units, targets that are absolute, relative or points."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Literal

from okr_analytics.durations import seconds_of
from okr_analytics.metrics.catalogue import Kpi

NINE_DIGITS = Context(prec=9)
PERCENT = Decimal(100)
POINT_SIZES = {"share": Decimal("0.01"), "points": Decimal(1)}
NUMBER = r"(\d+(?:[.,]\d+)?)"


nine_digits = NINE_DIGITS.plus
"""The number at 9 significant digits, at which all comparisons are made."""


@dataclass(frozen=True)
class Target:
    """Where a key result is to end: at a value, at a share of its baseline, some points from it, or between `amount`
    and `until`."""

    kind: Literal["absolute", "relative", "points", "within"]
    amount: Decimal
    until: Decimal | None = None

    def value(self, baseline: Decimal | None) -> Decimal | None:
        """The target in the KPI's unit; null where it needs a baseline and there is none, or is no single value."""
        if self.kind == "absolute":
            return self.amount
        if baseline is None or self.kind == "within":
            return None
        return baseline * (1 + self.amount) if self.kind == "relative" else baseline + self.amount

    @property
    def values(self) -> tuple[Decimal, ...]:
        """The values that it names, in the KPI's unit; none where it names a change."""
        named = {"absolute": (self.amount,), "within": (self.amount, self.until)}.get(self.kind, ())
        return tuple(each for each in named if each is not None)

    def is_met(self, value: Decimal, direction: str) -> bool:
        """Whether the value is where a target without a baseline wants it; exactly met is met."""
        if self.until is not None:
            return nine_digits(self.amount) <= nine_digits(value) <= nine_digits(self.until)
        return is_met(value, self.amount, direction)


def parse_target(written: str | float, kpi: Kpi) -> Target:
    """Signed -30% is relative, signed +5pp is points, anything unsigned is absolute. Raises ValueError."""
    text = _unambiguous(written)
    if relative := re.fullmatch(rf"([+-]){NUMBER}\s*%", text):
        if kpi.lower_bound is None or kpi.lower_bound < 0:
            mend = "points, like +5 points" if kpi.unit in POINT_SIZES else "a value (or min: 0 in kpis.yaml)"
            raise ValueError(f"{kpi.kpi_id} can be below 0, so {text} of it means nothing; write {mend}")
        return Target("relative", _signed(relative) / PERCENT)
    if points := re.fullmatch(rf"([+-]){NUMBER}\s*(?:pp|points?|p\.p\.)", text):
        if kpi.unit not in POINT_SIZES:
            raise ValueError(f"points are for shares; {kpi.kpi_id} is in {kpi.unit}, write a value or a signed %")
        return Target("points", _signed(points) * POINT_SIZES[kpi.unit])
    if text[:1] in ("+", "-"):
        raise ValueError(f"'{text}': a signed target is a change and needs % or pp, like -30% or +5pp")
    return Target("absolute", parse_value(written, kpi))


def parse_within(written: Sequence[str | float], kpi: Kpi) -> Target:
    """From and to, both included. Raises ValueError."""
    low, high = (parse_value(each, kpi) for each in written)
    if low >= high:
        raise ValueError(f"within: {written[0]} is not below {written[1]}; write the smaller one first")
    return Target("within", low, high)


def parse_share(written: str | float) -> Decimal:
    """A share of 0 to 1, written 90% or 0.9. Raises ValueError."""
    text = _unambiguous(written)
    percent = re.fullmatch(rf"{NUMBER}\s*%", text)
    if not percent and not re.fullmatch(NUMBER, text):
        raise ValueError(f"'{text}' is no share; write it like 90%")
    share = _decimal(percent[1]) / PERCENT if percent else _decimal(text)
    if share > 1:
        raise ValueError(f"{text} is more than the whole; write a share from 0% to 100%")
    return share


def parse_value(written: str | float, kpi: Kpi) -> Decimal:
    """A value in the KPI's unit: 85% or 0.85 for a share, 45 min or 1 h 30 min for a duration, else a number.

    Raises ValueError where the unit is missing or the value is outside the KPI's range.
    """
    text = _unambiguous(written)
    value = {"share": _share, "seconds": _duration}.get(kpi.unit, _number)(text, kpi)
    refuse_out_of_range(value, kpi, text)
    return value


def refuse_out_of_range(value: Decimal, kpi: Kpi, text: str) -> None:
    """Raise ValueError where the KPI can never have that value."""
    if not is_in_range(value, kpi):
        upper = "" if kpi.upper_bound is None else f" to {kpi.upper_bound:g}"
        raise ValueError(
            f"{text} is outside the range of {kpi.kpi_id} (from {kpi.lower_bound:g}{upper}); write a value inside it"
        )


def is_in_range(value: Decimal, kpi: Kpi) -> bool:
    """Whether the KPI can have that value."""
    too_low = kpi.lower_bound is not None and value < Decimal(str(kpi.lower_bound))
    return not (too_low or (kpi.upper_bound is not None and value > Decimal(str(kpi.upper_bound))))


def is_met(value: Decimal, target: Decimal, direction: str) -> bool:
    """Whether the value is at the target or beyond, in the KPI's direction; exactly met is met."""
    value, target = nine_digits(value), nine_digits(target)
    return value <= target if direction == "lower" else value >= target


def raw_progress(value: Decimal, baseline: Decimal, target: Decimal) -> Decimal:
    """Share of the way from baseline to target, unclamped: 0 at the baseline, 1 at the target.

    All three in the KPI's own unit. Below 0 it got worse than the baseline. There is a way to go only where the
    baseline does not meet the target (`is_met`). Defined in sql/DECISIONS.md#attainment.
    """
    return nine_digits((value - baseline) / (target - baseline))


def _unambiguous(written: str | float) -> str:
    """The text as written; raises ValueError where 1,000 or 1.000 could be a thousand or one."""
    text = str(written).strip()
    if isinstance(written, str) and (found := re.search(r"(?<![\d.,])[1-9]\d*[.,]\d{3}(?!\d)", text)):
        raise ValueError(f"'{text}': is {found[0]} a thousand or one? write it without separator, or with two decimals")
    return text


def _signed(match: re.Match[str]) -> Decimal:
    return Decimal(match[1] + match[2].replace(",", "."))


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _share(text: str, kpi: Kpi) -> Decimal:
    if percent := re.fullmatch(rf"{NUMBER}\s*%", text):
        return _decimal(percent[1]) / PERCENT
    if re.fullmatch(NUMBER, text):
        return _decimal(text)
    raise ValueError(f"'{text}' is no share; write it like 85% ({kpi.kpi_id})")


def _duration(text: str, kpi: Kpi) -> Decimal:
    seconds = seconds_of(text)
    if seconds is None:
        raise ValueError(f"'{text}' has no unit; {kpi.kpi_id} is a duration, write it like 45 min or 1 h 30 min")
    return seconds


def _number(text: str, kpi: Kpi) -> Decimal:
    if number := re.fullmatch(rf"{NUMBER}(?:\s+[a-z ]+)?", text.lower()):
        return _decimal(number[1])
    raise ValueError(f"'{text}' is no number of {kpi.unit}")
