"""How work flows through the machine: reading ahead, several batches at a time, few looks for garbage.

Polars, DuckDB and Arrow let go of the interpreter while they work, so threads are enough.
"""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
WORKERS = 2
END = object()
ALLOCATIONS = 200_000
"""Between two looks for garbage; Python's own 700 cost a third of the time in which many answers are made."""


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The items in order, each fetched while the one before it is used."""
    source = iter(items)
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, source, END)
        while (item := following.result()) is not END:
            following = reader.submit(next, source, END)
            yield item  # type: ignore[misc]


def in_order(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """work(item) for each item, in order, a few at a time; memory holds no more than those few."""
    source = iter(items)
    with ThreadPoolExecutor(WORKERS) as workers:
        pending: deque[Future[R]] = deque(workers.submit(work, item) for item in islice(source, WORKERS))
        while pending:
            done = pending.popleft().result()
            pending.extend(workers.submit(work, item) for item in islice(source, 1))
            yield done


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """While it lasts, Python seldom looks for garbage: a run makes many small objects, and no cycles of them."""
    usual = gc.get_threshold()
    gc.set_threshold(ALLOCATIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
