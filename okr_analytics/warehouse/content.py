"""Hashes of what tables say, whatever the order of their rows: they follow a change without looking at what stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from okr_analytics.warehouse.engine import Engine, quoted

NOT_HASHED = frozenset(("known_from", "known_to", "loaded_at", "run_id", "published_at"))
WORD = 1 << 64


@dataclass(frozen=True)
class Content:
    """Some rows: the sum of their hashes and what is left when they are mixed by exclusive or. Both can be undone, so
    that rows come and go."""

    total: int
    mixed: int

    @classmethod
    def of(cls, engine: Engine, rows: str, columns: Iterable[str]) -> Self:
        """The content of a table, or of a query in brackets."""
        hashed = ", ".join(quoted(name) for name in sorted(columns) if name not in NOT_HASHED)
        ((total, mixed),) = engine.rows(
            f"select coalesce(sum(cast(hash({hashed}) as hugeint)), 0), coalesce(bit_xor(hash({hashed})), 0) "
            f"from {rows} as rows"
        )
        return cls(int(total) % WORD, int(mixed))

    def less(self, gone: Self) -> Self:
        """Without rows that it holds."""
        return type(self)((self.total - gone.total) % WORD, self.mixed ^ gone.mixed)

    def and_also(self, come: Self) -> Self:
        """With more rows."""
        return type(self)((self.total + come.total) % WORD, self.mixed ^ come.mixed)

    def written(self, columns: Iterable[str]) -> str:
        """As it is published: another with other columns."""
        total, mixed = _salt(columns)
        return f"{(self.total + total) % WORD:016x}{self.mixed ^ mixed:016x}"

    @classmethod
    def read(cls, written: str, columns: Iterable[str]) -> Self:
        """From what was published of the same columns."""
        total, mixed = _salt(columns)
        return cls((int(written[:16], 16) - total) % WORD, int(written[16:], 16) ^ mixed)


def _salt(columns: Iterable[str]) -> tuple[int, int]:
    named = sha256(repr(sorted(name for name in columns if name not in NOT_HASHED)).encode()).digest()
    return int.from_bytes(named[:8], "big"), int.from_bytes(named[8:16], "big")
