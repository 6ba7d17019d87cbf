"""JSON exports as tables of text: one object per line, one list of objects, or an object that holds such a list.

A field of a field is a column too: `ticket.via.channel`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from okr_analytics.errors import FileRefused
from okr_analytics.warehouse.engine import BATCH_ROWS

MAX_LINE_LETTERS = 1 << 26
MAX_WHOLE_BYTES = 1 << 30
MOST_COLUMNS = 10_000
WHOLE = ".json"
MEND = "export it again, one object a line"
Record = Mapping[str, Any]


def json_table(path: Path, kind: str) -> tuple[list[str], Callable[[Sequence[str]], Iterator[pl.DataFrame]]]:
    """Every field that any object has, in the order of first sight, and a way to the objects as rows of text."""
    header: dict[str, None] = {}
    for record in _records(path, kind):
        header |= dict.fromkeys(_fields(record, ""))
        if len(header) > MOST_COLUMNS:
            raise FileRefused(f"more than {MOST_COLUMNS:,} fields", "export only the fields that are needed")
    if not header:
        raise FileRefused("no readable jsonl: it holds no object with fields", "export it again")
    return list(header), partial(_batches, path, kind)


def _batches(path: Path, kind: str, names: Sequence[str]) -> Iterator[pl.DataFrame]:
    paths = {name: name.split(".") for name in names}
    types = dict.fromkeys(names, pl.String)
    for some in _some(_records(path, kind)):
        yield pl.DataFrame(
            {name: [_cell(record, name, steps) for record in some] for name, steps in paths.items()}, types
        )


def _some(records: Iterator[Record]) -> Iterator[list[Record]]:
    while some := list(islice(records, BATCH_ROWS)):
        yield some


def _fields(record: Record, before: str) -> Iterator[str]:
    """The paths of all fields: those that hold objects, and those within."""
    for name, value in record.items():
        yield before + name
        if isinstance(value, dict):
            yield from _fields(value, f"{before}{name}.")


def _cell(record: Record, name: str, steps: Sequence[str]) -> str | None:
    value: Any = record.get(name)
    if value is None and len(steps) > 1:
        value = record
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
    return _text(value)


def _text(value: Any) -> str | None:
    """The value as a CSV would have it."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return ", ".join(str(each) for each in value if each is not None) or None
    return json.dumps(value, ensure_ascii=False)


def _records(path: Path, kind: str) -> Iterator[Record]:
    """The objects of the file, one by one. Raises FileRefused where there is none, with its line."""
    with path.open(encoding="utf-8-sig") as stream:
        if kind == WHOLE:
            _refuse_large(path)
            yield from _of_whole(stream.read())
            return
        for number, line in enumerate(iter(partial(stream.readline, MAX_LINE_LETTERS), ""), start=1):
            if line.strip():
                yield _object(line, f"line {number}")


def _of_whole(text: str) -> Iterator[Record]:
    """The objects of a list, or of the list that an object holds beside some words about it; else one a line."""
    try:
        value = _parsed(text)
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        yield from (_object(line, f"line {number}") for number, line in enumerate(lines, start=1))
        return
    lists = [each for each in value.values() if _is_list_of_objects(each)] if isinstance(value, dict) else [value]
    if len(lists) != 1 or not _is_list_of_objects(lists[0]):
        raise FileRefused("no readable json: it holds no one list of objects", "export it as a list, or one a line")
    yield from lists[0]


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _object(line: str, where: str) -> Record:
    try:
        value = _parsed(line)
    except ValueError:
        raise FileRefused(f"no readable jsonl ({where})", MEND) from None
    if not isinstance(value, dict):
        raise FileRefused(f"no readable jsonl ({where} is no object)", MEND)
    return value


def _parsed(text: str) -> Any:
    """The value; raises ValueError where it is none, is nested beyond reason, or has a number beyond numbers."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise FileRefused("no readable jsonl (nested beyond reason)", MEND) from None


def _no_number(text: str) -> Any:
    raise FileRefused(f"no readable jsonl ({text} is no number)", MEND)


def _refuse_large(path: Path) -> None:
    size = path.stat().st_size
    if size > MAX_WHOLE_BYTES:
        found = f"{size:,} bytes are more than .json may hold ({MAX_WHOLE_BYTES:,})"
        raise FileRefused(found, "export it as csv, jsonl or parquet, which may be of any size, or in parts")
