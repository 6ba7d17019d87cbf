"""Tables of the published warehouse as files, for spreadsheets and BI tools that do not speak DuckDB.

All are of one generation; `generation.json` beside them says of which. What the rows mean does not belong here.
"""

import codecs
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from okr_analytics.errors import DataError, UsageError, did_you_mean
from okr_analytics.home import Home
from okr_analytics.spreadsheets import harmless_sql
from okr_analytics.warehouse.durable import swap_in
from okr_analytics.warehouse.engine import Engine, quoted
from okr_analytics.warehouse.queries import query

MAIN_TABLES = (
    "kpi.catalogue",
    "kpi.results",
    "okr.pace",
    "okr.attainment",
    "okr.objective_attainment",
    "okr.restatements",
    "core.tickets",
    "core.rejected_rows",
    "ops.loads",
)
MEMORY = "600MB"  # of tables of any size
NOTE = "generation.json"
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class HandedOut:
    """What was written: of which generation, as of which day, and how many rows of each table."""

    generation: int
    as_of: str
    published_at: str
    rows: dict[str, int]


def hand_out(home: Home, folder: Path, form: str, tables: Sequence[str] = ()) -> HandedOut:
    """Write tables or views to `folder` as parquet or csv, one file each; left out: the main ones.

    A file has its name only when all of them are whole. Raises UsageError where a table is unknown or the folder is one
    that runs read or write, DataError where it cannot be written.
    """
    _refuse_own_folders(home, folder)
    with Engine.reading(home.warehouse) as engine:
        engine.run(f"set memory_limit = '{MEMORY}'")
        wanted = list(dict.fromkeys(tables or MAIN_TABLES))
        _refuse_unknown(wanted, [name for (name,) in engine.rows(query("relations"))])
        ((number, published_at, as_of),) = engine.rows(query("newest_generation"))
        with _made_beside(folder) as unfinished:
            rows = {table: _write(engine, table, form, unfinished / f"{table}.{form}") for table in wanted}
            done = HandedOut(number, str(as_of), f"{published_at} UTC", rows)
            _show(unfinished, folder, form, done)
    return done


def _refuse_own_folders(home: Home, folder: Path) -> None:
    there = folder.resolve()
    for own in (home.exports, home.state, home.warehouse.parent, home.okrs, home.sources):
        if there == own or there.is_relative_to(own):
            raise UsageError(f"{folder} is a folder of the desk's own; choose another one")


def _refuse_unknown(wanted: Sequence[str], known: Sequence[str]) -> None:
    for table in wanted:
        if table not in known:
            raise UsageError(f"no table or view '{table}'{did_you_mean(table, known)}")


@contextmanager
def _made_beside(folder: Path) -> Iterator[Path]:
    """Where files are written before they are whole; gone afterwards, as is what a killed command left there."""
    unfinished = folder / UNFINISHED
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        yield unfinished
    except OSError as error:
        raise DataError(f"{folder} cannot be written ({error.strerror}); free some space, or choose another") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write(engine: Engine, table: str, form: str, path: Path) -> int:
    columns = engine.columns(table)
    cells = ", ".join(f"{CELLS[form](quoted(name), kind)} as {quoted(name)}" for name, kind in columns.items())
    return WRITERS[form](engine, f"select {cells} from {table}", list(columns), path)


def _plain(column: str, kind: str) -> str:
    """A column as every reader of Parquet takes it: lists as JSON, whole numbers of 64 bits."""
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP", "JSON")):
        return f"cast(to_json({column}) as varchar)"
    return f"cast({column} as bigint)" if kind == "HUGEINT" else column


def _for_spreadsheets(column: str, kind: str) -> str:
    plain = _plain(column, kind)
    return harmless_sql(column) if kind == "VARCHAR" else f"cast({plain} as varchar)"


def _as_parquet(engine: Engine, query: str, _: list[str], path: Path) -> int:
    engine.save_parquet(query, path)
    return int(engine.rows("select num_rows from parquet_file_metadata(?)", [str(path)])[0][0])


def _as_csv(engine: Engine, query: str, names: list[str], path: Path) -> int:
    """A bounded number of rows at a time; begins with the mark by which Excel knows UTF-8."""
    rows = 0
    with path.open("wb") as out:
        out.write(codecs.BOM_UTF8 + (",".join(names) + "\n").encode())
        for batch in engine.batches(query):
            batch.write_csv(out, include_header=False)
            rows += batch.height
    return rows


CELLS: dict[str, Callable[[str, str], str]] = {"parquet": _plain, "csv": _for_spreadsheets}
WRITERS: dict[str, Callable[[Engine, str, list[str], Path], int]] = {"parquet": _as_parquet, "csv": _as_csv}


def _show(unfinished: Path, folder: Path, form: str, done: HandedOut) -> None:
    """Give all files their names; the note is gone while they may be of two generations."""
    (folder / NOTE).unlink(missing_ok=True)
    for table in done.rows:
        swap_in(unfinished / f"{table}.{form}", folder / f"{table}.{form}")
    note = {
        "generation": done.generation,
        "as_of": done.as_of,
        "published_at": done.published_at,
        "tables": {table: {"file": f"{table}.{form}", "rows": rows} for table, rows in done.rows.items()},
    }
    (unfinished / NOTE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    swap_in(unfinished / NOTE, folder / NOTE)
