"""Why a run failed, in plain words, as its events tell it."""

from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

from okr_analytics import errors

DISK_ERRORS = ("OSError", "PermissionError")


def failure(events: Iterable[dg.DagsterEvent]) -> errors.OkrError:
    """The library's own error where it raised one, in its own words; else the check that failed, else the cause."""
    told = list(events)
    causes = [cause for event in told for cause in _causes(event)]
    for cause in causes:
        if cause.cls_name in DISK_ERRORS:
            return errors.DiskError(cause.message.split(": ", 1)[-1].strip())
        kind = getattr(errors, cause.cls_name or "", None)
        if kind is not None:
            found = errors.OkrError(cause.message.split(": ", 1)[-1].strip())
            found.exit_code = kind.exit_code
            return found
    if failed := [said for event in told for said in _failed_check(event)]:
        return errors.DataError("\n".join(failed))
    why = f"unexpected: {causes[-1].message.strip()}" if causes else "the run ended before it was done"
    return errors.Unexpected(f"{why}; see the run in 'dagster dev'")


def recorded_failure(instance: dg.DagsterInstance, run_id: str) -> errors.OkrError:
    """The same of a run that is over, as the instance recorded it."""
    logs = instance.all_logs(run_id)
    return failure(each.dagster_event for each in logs if each.dagster_event is not None)


def _failed_check(event: dg.DagsterEvent) -> Iterator[str]:
    if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        check = event.asset_check_evaluation_data
        if check.blocking and not check.passed:
            yield f"{'/'.join(check.asset_key.path)}: {check.check_name}: {check.description}"


def _causes(event: dg.DagsterEvent) -> Iterator[Any]:
    """The errors that an event carries, from the outermost to the first cause."""
    error = getattr(event.event_specific_data, "error", None)
    while error:
        yield error
        error = error.cause
