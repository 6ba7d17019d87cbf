"""What one run evaluates: definitions and history, as of a day, on a desk, and the facts that they meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandera.polars as pa
import polars as pl

from okr_analytics.contracts.validation import empty
from okr_analytics.desk import Desk
from okr_analytics.okr.defining.definitions import Definitions, KeyResult, Objective
from okr_analytics.okr.defining.periods import days_of
from okr_analytics.okr.defining.scope import EVERYTHING, Scope
from okr_analytics.okr.keeping.frozen import frozen_baselines
from okr_analytics.okr.keeping.history import History
from okr_analytics.okr.keeping.kept_checkins import check_ins
from okr_analytics.okr.measuring.spans import measured
from okr_analytics.okr.scoring.facts import Calendar, Facts
from okr_analytics.warehouse.stage import Stage


@dataclass(frozen=True)
class Evaluation:
    """`as_of` is the day that the run speaks of; `now` is UTC without zone."""

    stage: Stage
    history: History
    definitions: Definitions
    desk: Desk
    as_of: date
    now: datetime
    scope: Scope = EVERYTHING

    @property
    def key_results(self) -> list[KeyResult]:
        """All that this run scores; each after what it is scored by."""
        return self.scope.key_results(self.definitions.scored)

    @property
    def objectives(self) -> list[Objective]:
        """The objectives that this run speaks of; each after those that contribute to it."""
        return self.scope.objectives(self.definitions.objectives)

    def facts(self) -> Facts:
        """What scoring looks at, from the stage and the history."""
        newest_days: dict[str, dict[str, date]] = {}
        for measure, source, last_day in self.stage.engine.rows("select measure, source, last_day from core.feeds"):
            newest_days.setdefault(measure, {})[source] = last_day
        return Facts(
            measured=measured(self.stage.engine),
            frozen=frozen_baselines(self.history),
            check_ins=check_ins(self.history),
            newest_days=newest_days,
            calendar=self._calendar(newest_days),
        )

    def put_beside_others(
        self, table: str, model: type[pa.DataFrameModel], rows: Sequence[Mapping[str, Any]], key: str = "kr_id"
    ) -> None:
        """Make a table of what this run speaks of, with what the published warehouse has of everything else. `key` is
        the id that rows are about: a key result's, or else an objective's."""
        like = empty(model).schema
        frame = pl.DataFrame(rows, schema=like)
        before = self.stage.previous(table)
        if before and not self.scope.is_everything:
            spoken_of = [*(each.kr_id for each in self.key_results), *(each.objective_id for each in self.objectives)]
            is_other = ~pl.col(key).is_in(spoken_of)
            others = self.stage.engine.frame(f"select {', '.join(like)} from {before}").cast(like)
            frame = pl.concat([frame.filter(~is_other), others.filter(is_other)])
        self.stage.put(table, frame)

    def days(self, first: date, last: date, known_since: date) -> list[date]:
        """From the day on which something was first known, at latest its window's start, to its window's end or the
        run's day."""
        return days_of(min(known_since, first), min(last, self.as_of))

    def _calendar(self, newest_days: Mapping[str, Mapping[str, date]]) -> Calendar:
        """Business days over all that statuses and paces can ask for."""
        windows = [each.window for each in self.definitions.scored]
        ends = [day for covered in newest_days.values() for day in covered.values()]
        first = min([*(window.first for window in windows), *ends, self.as_of])
        last = max([*(window.last for window in windows), self.as_of])
        return Calendar(first, self.desk.business_days(first, last))
