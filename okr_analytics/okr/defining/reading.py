"""Reading okrs/*.yaml: files to objectives, all breaches of all files at once, each with its line and its mend.

What a key result must satisfy is `rules` and `levels`; what objectives must be to each other, `cascade`; what is
allowed but unwise, `lint`.
"""

from dataclasses import replace
from datetime import date

from okr_analytics.documents import Document, Loc
from okr_analytics.errors import ConfigurationError, Problem
from okr_analytics.home import Home
from okr_analytics.metrics.catalogue import Catalogue
from okr_analytics.metrics.own import catalogue_and_problems
from okr_analytics.okr.defining.cascade import Placed, refuse_bad_cascade, with_children
from okr_analytics.okr.defining.definitions import Definitions, KeyResult, Objective
from okr_analytics.okr.defining.findings import Findings
from okr_analytics.okr.defining.lint import lint
from okr_analytics.okr.defining.periods import Period, parse_day, parse_period
from okr_analytics.okr.defining.rules import scored
from okr_analytics.okr.defining.written import WrittenFile, WrittenKeyResult, WrittenObjective, WrittenOutcome


def read_definitions(home: Home) -> Definitions:
    """Every objective in okrs/*.yaml. Raises ConfigurationError with every problem found, also in what they rest on."""
    catalogue, problems = catalogue_and_problems(home)
    is_catalogue_broken = any(each.where.startswith(f"{home.relative(home.kpis_file)}:") for each in problems)
    files, unread = _files(home)
    problems += unread
    read: list[Objective] = []
    placed: list[Placed] = []
    seen: dict[str, str] = {}
    for findings, written in files:
        for number, objective in enumerate(written.objectives):
            reader = _Reader(objective, ("objectives", number), catalogue, findings, seen)
            placed.append(reader.placed)
            read += [each for each in [reader.read()] if each is not None]
    refuse_bad_cascade(placed, are_all_known=not unread)
    problems += [problem for findings, _ in files for problem in findings.problems]
    if is_catalogue_broken:
        # what a broken kpis.yaml would have made of these names, nobody knows
        problems = [each for each in problems if not each.found.startswith("no KPI ")]
    if errors := [problem for problem in problems if not problem.is_warning]:
        raise ConfigurationError(errors)
    objectives = with_children(read)
    return Definitions(objectives, tuple(sorted([*problems, *lint(objectives)])))


def _files(home: Home) -> tuple[list[tuple[Findings, WrittenFile]], list[Problem]]:
    """The files that have the shape of objectives, and what is wrong with the others."""
    files, problems = [], []
    for path in sorted([*home.okrs.glob("*.yaml"), *home.okrs.glob("*.yml")]):
        try:
            document = Document(path, home.relative(path))
            files.append((Findings(document), document.as_model(WrittenFile)))
        except ConfigurationError as error:
            problems += error.problems
    return files, problems


class _Reader:
    """Turns one written objective into a valid one. `seen`: where each id of this home was first used."""

    def __init__(
        self, written: WrittenObjective, loc: Loc, catalogue: Catalogue, findings: Findings, seen: dict[str, str]
    ) -> None:
        self._written, self._loc, self._catalogue, self._findings, self._seen = written, loc, catalogue, findings, seen
        self._window = findings.attempt((*loc, "window"), lambda: parse_period(written.window))
        self.placed = Placed(written, loc, findings, self._window)

    def read(self) -> Objective | None:
        """The objective, where nothing worse than a warning was found in it."""
        before = self._findings.errors
        self._refuse_used(self._written.id, self._loc)
        for number, each in enumerate(self._written.key_results):
            self._refuse_used(each.id, (*self._loc, "key_results", number))
        if self._window is None:
            return None
        key_results = [
            self._key_result(each, (*self._loc, "key_results", number), self._window)
            for number, each in enumerate(self._written.key_results)
        ]
        outcome = self._outcome(self._window)
        if self._findings.errors > before:
            return None
        return Objective(
            written=self._written,
            window=self._window,
            key_results=tuple(each for each in key_results if each is not None),
            file=self._findings.file,
            outcome=outcome,
            where=self._findings.where(self._loc),
        )

    def _key_result(self, written: WrittenKeyResult, loc: Loc, outer: Period) -> KeyResult | None:
        window = self._findings.attempt((*loc, "window"), lambda: _own_window(written, outer))
        begun = replace(
            self._begun(written, loc, window or outer),
            kr_id=written.id,
            title=written.title,
            role="guardrail" if written.guardrail else "key_result",
        )
        if window and written.effective_from:
            since = self._findings.attempt((*loc, "effective_from"), lambda: _effective_from(written, window))
            begun = replace(begun, effective_from=since)
        return scored(begun, loc, self._catalogue, self._findings)

    def _outcome(self, window: Period) -> KeyResult | None:
        """What the objective itself is measured by; a text makes none."""
        written = self._written.outcome
        if not isinstance(written, WrittenOutcome):
            return None
        loc = (*self._loc, "outcome")
        begun = replace(self._begun(written, loc, window), title=written.title or self._written.title)
        return scored(begun, loc, self._catalogue, self._findings)

    def _begun(self, written: WrittenKeyResult | WrittenOutcome, loc: Loc, window: Period) -> KeyResult:
        """What it has from its objective, whose own outcome it is unless more is said."""
        return KeyResult(
            kr_id=f"{self._written.id}.outcome",
            objective_id=self._written.id,
            role="outcome",
            kind=written.kind,
            title=self._written.title,
            written=written,
            ambition=self._written.ambition,
            window=window,
            file=self._findings.file,
            where=self._findings.where(loc),
        )

    def _refuse_used(self, name: str, loc: Loc) -> None:
        place = (*loc, "id")
        if name in self._seen:
            self._findings.refuse(place, f"the id '{name}' is used already at {self._seen[name]}; choose another")
        self._seen.setdefault(name, self._findings.where(place))


def _own_window(written: WrittenKeyResult, window: Period) -> Period:
    own = parse_period(written.window) if written.window else window
    if not window.contains(own):
        raise ValueError(f"the window {own} is not inside the objective's {window}; narrow it, or widen the other")
    return own


def _effective_from(written: WrittenKeyResult, window: Period) -> date:
    day = parse_day(str(written.effective_from))
    if not window.first <= day <= window.last:
        raise ValueError(f"effective_from: {day} is outside the window {window}; write a day inside it")
    return day
