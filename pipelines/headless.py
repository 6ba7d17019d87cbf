"""Running the nightly job without a server, recorded in the home's own Dagster instance."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import dagster as dg
from sqlalchemy.exc import DBAPIError

from okr_analytics import errors
from okr_analytics.exports.files import export_at
from okr_analytics.home import CHECKOUT, Home
from okr_analytics.landing.manifest import Entry
from okr_analytics.landing.store import LandingStore
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.warehouse.engine import Engine
from pipelines.event_log import opened
from pipelines.graph import definitions_for
from pipelines.nightly import JOB, day_tags
from pipelines.resources import AS_OF, BACKFILL, KEY_RESULT

DISK_ERRORS = ("OSError", "PermissionError")
REPOSITORY = "__repository__@support-okr-analytics"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Outcome:
    """How a run ended: which files it met and could not read, and which it knew of already."""

    run_id: str
    newly_failed: tuple[Entry, ...]
    still_failed: tuple[Entry, ...]


def run_nightly(home: Home, as_of: date) -> Outcome:
    """The whole way for one home, as of one day.

    Raises OkrError where nothing could be published; the published warehouse is untouched then.
    """
    first = first_uncovered_day(home, as_of)
    run_id = _execute(home, JOB, first, as_of, {AS_OF: as_of.isoformat()})
    failed = [entry for entry in LandingStore(home).entries() if not entry.is_loaded]
    return Outcome(
        run_id,
        tuple(entry for entry in failed if entry.run_id == run_id),
        tuple(entry for entry in failed if entry.run_id != run_id and _is_still_there(home, entry)),
    )


def run_backfill(home: Home, kr_id: str | None, first: date, last: date) -> str:
    """Changed definitions restated on what is published, over these days; gives the run's id.

    Raises OkrError where nothing could be published; the published warehouse is untouched then.
    """
    return _execute(home, BACKFILL, first, last, {KEY_RESULT: kr_id} if kr_id else {})


def _execute(home: Home, name: str, first: date, last: date, tags: dict[str, str]) -> str:
    job = definitions_for(home, earliest=first).resolve_job_def(name)
    tagged = {**day_tags(first, last), **tags, ".dagster/repository": REPOSITORY}
    try:
        with instance(home) as recorded:
            result = job.execute_in_process(run_config=QUIET, instance=recorded, tags=tagged, raise_on_error=False)
    except DBAPIError as error:
        raise errors.DiskError(f"Dagster's records in {home.dagster} cannot be kept ({error.orig})") from None
    if not result.success:
        raise _failure(result)
    return str(result.run_id)


def _is_still_there(home: Home, entry: Entry) -> bool:
    """Whether the file is still the one that failed; mended in place it is another."""
    path = home.root / entry.file
    return path.is_file() and export_at(home, path).sha256 == entry.sha256


def instance(home: Home) -> dg.DagsterInstance:
    """The home's Dagster instance, seeded from the project's dagster.yaml."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    seed = home.dagster / "dagster.yaml"
    if not seed.exists():
        shutil.copy(CHECKOUT / "dagster.yaml", seed)
    return opened(str(home.dagster))


def first_uncovered_day(home: Home, as_of: date) -> date:
    """The first day that the published warehouse says nothing of, inside the windows; `as_of` itself at the latest."""
    windows = [each.window for each in read_definitions(home).key_results]
    if max((window.last for window in windows), default=as_of) < as_of:
        return as_of
    published = _published_through(home)
    if published:
        return min(published + timedelta(days=1), as_of)
    return min([as_of, *(window.first for window in windows)])


def _published_through(home: Home) -> date | None:
    try:
        engine = Engine.published(home.warehouse)
    except errors.OkrError:
        return None
    try:
        ((day,),) = engine.rows("select max(as_of_date) from okr.attainment")
    except errors.OkrError:
        return None
    finally:
        engine.close()
    return day  # type: ignore[no-any-return]


def _failure(result: dg.ExecuteInProcessResult) -> errors.OkrError:
    """The library's own error where it raised one, in its own words; else the check that failed, else the cause."""
    causes = [cause for event in result.all_events for cause in _causes(event)]
    for cause in causes:
        if cause.cls_name in DISK_ERRORS:
            return errors.DiskError(cause.message.split(": ", 1)[-1].strip())
        kind = getattr(errors, cause.cls_name or "", None)
        if kind is not None:
            found = errors.OkrError(cause.message.split(": ", 1)[-1].strip())
            found.exit_code = kind.exit_code
            return found
    failed = [
        f"{'/'.join(each.asset_key.path)}: {each.check_name}: {each.description}"
        for each in result.get_asset_check_evaluations()
        if each.blocking and not each.passed
    ]
    unexpected = [f"unexpected: {causes[-1].message.strip()}; see the run in 'dagster dev'"] if causes else []
    return errors.DataError("\n".join(failed or unexpected))


def _causes(event: dg.DagsterEvent) -> Iterator[Any]:
    """The errors that an event carries, from the outermost to the first cause."""
    error = getattr(event.event_specific_data, "error", None)
    while error:
        yield error
        error = error.cause
