"""Reading okrs/*.yaml: every rule that a definition must satisfy, every breach with its line and its mend."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeVar

from okr_analytics.contracts.columns import DIMENSIONS
from okr_analytics.documents import Document, Loc
from okr_analytics.errors import ConfigurationError, Problem, UsageError, did_you_mean
from okr_analytics.home import Home
from okr_analytics.kpi.catalogue import Catalogue, Kpi
from okr_analytics.kpi.own import catalogue_and_problems
from okr_analytics.okr.definitions import (
    Definitions,
    KeyResult,
    Objective,
    WrittenFile,
    WrittenKeyResult,
    WrittenObjective,
)  # fmt: skip
from okr_analytics.okr.periods import Period, looks_like_period, parse_over, parse_period
from okr_analytics.okr.targets import Target, is_met, parse_target, parse_value, refuse_out_of_range

T = TypeVar("T")
FEWEST_KEY_RESULTS, MOST_KEY_RESULTS = 2, 5
LEVEL_SPAN = "28d"


def read_definitions(home: Home) -> Definitions:
    """Every objective in okrs/*.yaml. Raises ConfigurationError with every problem found, also in what they rest on."""
    catalogue, problems = catalogue_and_problems(home)
    objectives: list[Objective] = []
    seen: dict[str, str] = {}
    for path in sorted([*home.okrs.glob("*.yaml"), *home.okrs.glob("*.yml")]):
        try:
            document = Document(path, home.relative(path))
            written = document.as_model(WrittenFile)
        except ConfigurationError as error:
            problems += error.problems
            continue
        for number, objective in enumerate(written.objectives):
            reader = _Reader(document, ("objectives", number), objective, catalogue, seen)
            objectives += reader.read()
            problems += reader.problems
    if any(each.where.startswith(f"{home.relative(home.kpis_file)}:") for each in problems):
        # what a broken kpis.yaml would have made of these names, nobody knows
        problems = [each for each in problems if not each.found.startswith("no KPI ")]
    if errors := [problem for problem in problems if not problem.is_warning]:
        raise ConfigurationError(errors)
    return Definitions(tuple(objectives), tuple(sorted(problems)))


class _Reader:
    """Turns one written objective into a valid one, collecting every problem instead of stopping at the first."""

    def __init__(
        self, document: Document, loc: Loc, written: WrittenObjective, catalogue: Catalogue, seen: dict[str, str]
    ) -> None:
        self._document, self._loc, self._written, self._seen = document, loc, written, seen
        self._catalogue = catalogue
        self.problems: list[Problem] = []

    def read(self) -> Iterator[Objective]:
        """The objective, where nothing worse than a warning was found in it."""
        self._unique(self._written.id, self._loc)
        window = self._try((*self._loc, "window"), lambda: parse_period(self._written.window))
        self._count_key_results()
        if window is None:
            return
        read = [
            self._key_result(each, (*self._loc, "key_results", number), window)
            for number, each in enumerate(self._written.key_results)
        ]
        valid = tuple(each for each in read if each is not None)
        if len(valid) == len(read):
            yield Objective(self._written, window, valid, self._document.name)

    def _key_result(self, written: WrittenKeyResult, loc: Loc, window: Period) -> KeyResult | None:
        self._unique(written.id, loc)
        known = self._try((*loc, "kpi"), lambda: self._catalogue.kpi(written.kpi))
        if known is None:
            return None
        before = len(self.problems)
        own = self._try((*loc, "window"), lambda: _own_window(written, window))
        direction = self._try((*loc, "direction" if written.direction else "kpi"), lambda: _direction(written, known))
        over = self._try((*loc, "over"), lambda: _over(written, known))
        self._dimensions(written, (*loc, "where"))
        baseline = self._try((*loc, "baseline"), lambda: _baseline(written, known))
        target = self._try((*loc, "target"), lambda: _target(written, known))
        if not (own and direction and over and baseline and target) or len(self.problems) > before:
            return None
        found = KeyResult(
            written=written,
            objective_id=self._written.id,
            ambition=self._written.ambition,
            kpi=known,
            direction=direction,
            window=own,
            over=over,
            min_n=written.min_n or self._fewest_rows(known),
            filter=json.dumps({name: sorted(members) for name, members in sorted(written.where.items())}),
            target=target[0],
            baseline_value=baseline[0],
            baseline_period=baseline[1],
        )
        self._try((*loc, "target"), lambda: _refuse_impossible(found))
        self._try((*loc, "baseline"), lambda: _refuse_late_baseline(found))
        return found if len(self.problems) == before else None

    def _fewest_rows(self, known: Kpi) -> int:
        """None where no rows mean 0: counts, stocks, and ratios of them."""
        looked_at = self._catalogue.parts(known)[0] if known.statistic.kind == "ratio" else known
        return 0 if looked_at.statistic.is_zero_when_empty else 1

    def _try(self, loc: Loc, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except (ValueError, UsageError) as error:
            self.problems.append(self._document.problem(loc, str(error)))
            return None

    def _unique(self, name: str, loc: Loc) -> None:
        where = self._document.where((*loc, "id"))
        if name in self._seen:
            self.problems.append(
                Problem(where, f"the id '{name}' is used already at {self._seen[name]}; choose another")
            )
        self._seen.setdefault(name, where)

    def _dimensions(self, written: WrittenKeyResult, loc: Loc) -> None:
        for name in written.where:
            if name not in DIMENSIONS:
                found = f"no dimension '{name}'{did_you_mean(name, DIMENSIONS)}"
                self.problems.append(self._document.problem((*loc, name), found))

    def _count_key_results(self) -> None:
        count = len(self._written.key_results)
        if not FEWEST_KEY_RESULTS <= count <= MOST_KEY_RESULTS:
            found = f"'{self._written.id}' has {count} key results; two to five can be steered by"
            self.problems.append(self._document.problem((*self._loc, "key_results"), found, is_warning=True))


def _own_window(written: WrittenKeyResult, window: Period) -> Period:
    own = parse_period(written.window) if written.window else window
    if not window.contains(own):
        raise ValueError(f"the window {own} is not inside the objective's {window}")
    return own


def _direction(written: WrittenKeyResult, known: Kpi) -> str:
    if known.direction == "watch":
        if written.direction is None:
            raise ValueError(f"{known.kpi_id} is neither better high nor low; add 'direction: higher' or 'lower'")
        return written.direction
    if written.direction not in (None, known.direction):
        raise ValueError(f"{known.kpi_id} is better when {known.direction}; leave 'direction' out")
    return known.direction


def _over(written: WrittenKeyResult, known: Kpi) -> str:
    """The level now for what is improved and for stocks; what happened in the window for what is reached, and for
    volumes."""
    if written.over:
        return parse_over(written.over)
    is_stock = known.statistic.kind in ("stock", "age")
    in_window = (written.kind == "reach" and not is_stock) or known.statistic.is_volume
    return "window" if in_window else LEVEL_SPAN


def _baseline(written: WrittenKeyResult, known: Kpi) -> tuple[Decimal | None, Period | None]:
    if written.kind == "reach":
        if written.baseline is not None:
            raise ValueError("kind reach has no baseline; leave it out, or make it kind improve")
        return None, None
    if written.baseline is None:
        raise ValueError("kind improve needs a baseline: a value, or a period like 2026-Q2 to compute it from")
    if looks_like_period(str(written.baseline)):
        return None, parse_period(str(written.baseline))
    return parse_value(written.baseline, known), None


def _target(written: WrittenKeyResult, known: Kpi) -> tuple[Target | None]:
    if written.target is None:
        return (None,)
    target = parse_target(written.target, known)
    if written.kind == "reach" and target.kind != "absolute":
        raise ValueError(f"kind reach has no baseline that {written.target} could be taken from; write a value")
    return (target,)


def _refuse_impossible(found: KeyResult) -> None:
    """Raise ValueError for a target that lies the wrong way, goes nowhere, or is out of range."""
    if found.target is None or found.written.kind == "reach":
        return
    baseline, target = found.baseline_value, found.target
    if target.kind != "absolute" and (target.amount < 0) != (found.direction == "lower"):
        raise ValueError(
            f"{found.kpi.kpi_id} is better when {found.direction}, but {found.written.target} goes the other way"
        )
    if baseline is None:
        return
    if target.kind == "relative" and baseline == 0:
        raise ValueError(f"{found.written.target} of a baseline of 0 goes nowhere; write a value")
    value = target.value(baseline)
    if value is None:
        return
    refuse_out_of_range(value, found.kpi, f"{found.written.target} from {found.written.baseline}")
    if is_met(baseline, value, found.direction):
        better = "below" if found.direction == "lower" else "above"
        raise ValueError(
            f"{found.kpi.kpi_id} is better when {found.direction}, but its target {found.written.target} "
            f"is not {better} its baseline {found.written.baseline}"
        )


def _refuse_late_baseline(found: KeyResult) -> None:
    if found.baseline_period and found.baseline_period.last >= found.window.last:
        raise ValueError(f"the baseline period {found.baseline_period} ends no earlier than the window {found.window}")
