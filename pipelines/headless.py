"""Running the nightly job without a server, recorded in the home's own Dagster instance."""

from dataclasses import dataclass
from datetime import date, timedelta

import dagster as dg
from sqlalchemy.exc import DBAPIError

from okr_analytics import errors
from okr_analytics.exports.files import export_at
from okr_analytics.home import Home
from okr_analytics.landing.manifest import Entry
from okr_analytics.landing.store import LandingStore
from okr_analytics.okr.defining.reading import read_definitions
from okr_analytics.warehouse.engine import Engine
from pipelines.event_log import opened
from pipelines.failures import failure
from pipelines.graph import definitions_for
from pipelines.nightly import JOB, day_tags
from pipelines.resources import AS_OF, BACKFILL, HEADLESS, KEY_RESULT, REBUILD, WAIT_SECONDS, report_killed
from pipelines.seeding import seed

REPOSITORY = "__repository__@support-okr-analytics"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Outcome:
    """How a run ended: which files it met and could not read, and which it knew of already."""

    run_id: str
    newly_failed: tuple[Entry, ...]
    still_failed: tuple[Entry, ...]


def run_nightly(home: Home, as_of: date, wait: int = 0, *, is_rebuilt: bool = False) -> Outcome:
    """The whole way for one home, as of one day; waits so many seconds for another run. What new exports do not touch
    stays as it is published, unless everything `is_rebuilt`.

    Raises OkrError where nothing could be published; the published warehouse is untouched then.
    """
    first = first_uncovered_day(home, as_of)
    tags = {AS_OF: as_of.isoformat(), WAIT_SECONDS: str(wait), **({REBUILD: "true"} if is_rebuilt else {})}
    return outcome(home, _execute(home, JOB, first, as_of, tags))


def outcome(home: Home, run_id: str) -> Outcome:
    """What a run that is over met and could not read."""
    failed = [entry for entry in LandingStore(home).entries() if not entry.is_loaded]
    return Outcome(
        run_id,
        tuple(entry for entry in failed if entry.run_id == run_id),
        tuple(entry for entry in failed if entry.run_id != run_id and _is_still_there(home, entry)),
    )


def run_backfill(home: Home, kr_id: str | None, first: date, last: date, wait: int = 0) -> str:
    """Changed definitions restated on what is published, over these days; gives the run's id. Waits so many seconds
    for another run.

    Raises OkrError where nothing could be published; the published warehouse is untouched then.
    """
    tags = {WAIT_SECONDS: str(wait)}
    return _execute(home, BACKFILL, first, last, {KEY_RESULT: kr_id, **tags} if kr_id else tags)


def _execute(home: Home, name: str, first: date, last: date, tags: dict[str, str]) -> str:
    tagged = {**day_tags(first, last), **tags, **HEADLESS, ".dagster/repository": REPOSITORY}
    try:
        with instance(home) as recorded:
            job = definitions_for(home, earliest=first).resolve_job_def(name)
            result = job.execute_in_process(run_config=QUIET, instance=recorded, tags=tagged, raise_on_error=False)
    except DBAPIError as error:
        raise errors.DiskError(f"Dagster's records in {home.dagster} cannot be kept ({error.orig})") from None
    if not result.success:
        raise failure(result.all_events)
    return str(result.run_id)


def _is_still_there(home: Home, entry: Entry) -> bool:
    """Whether the file is still the one that failed; mended in place it is another."""
    path = home.root / entry.file
    return path.is_file() and export_at(home, path).sha256 == entry.sha256


def instance(home: Home) -> dg.DagsterInstance:
    """The home's Dagster instance, seeded from the project's dagster.yaml."""
    seed(home)
    return opened(str(home.dagster))


def bury(home: Home, run_id: str) -> None:
    """End in the home's instance a run that was killed."""
    with instance(home) as recorded:
        report_killed(recorded, run_id)


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
