"""What is counted while the cells of an export are read. What it means for a row does not belong here."""

from collections import defaultdict

import polars as pl


class Nulled:
    """Optional values that could not stand, counted by column and reason; and within how many seconds durations are
    told, by column."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.precisions: dict[str, int] = {}

    def include(self, other: "Nulled") -> None:
        """Add what another batch counted."""
        for column, reasons in other.counts.items():
            for reason, count in reasons.items():
                self.counts[column][reason] += count
        for column, seconds in other.precisions.items():
            self.tell_within(column, seconds)

    def tell_within(self, column: str, seconds: int) -> None:
        """Remember the coarsest."""
        self.precisions[column] = max(seconds, self.precisions.get(column, 0))

    def add(self, column: str, reason: str, cells: pl.Series) -> None:
        """Count the true cells."""
        if count := int(cells.sum()):
            self.counts[column][reason] += count
