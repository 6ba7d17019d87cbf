"""The page after publishing: an asset that reads what is published and never touches it.

Where it cannot be made, its check says so, and what is published stays published.
"""

import time

import dagster as dg

from okr_analytics.home import Home
from okr_analytics.report.writing import write_page
from pipelines.assets import key
from pipelines.checks import PUBLISHES
from pipelines.resources import PAGE, log

IS_MADE = "is_made"


def page_asset(home: Home) -> dg.AssetsDefinition:
    """The scorecard as one HTML file, for people who ask no database."""

    @dg.asset(
        key=key(PAGE),
        deps=[key(PUBLISHES)],
        description=page_asset.__doc__,
        group_name=PAGE,
        kinds={"html"},
        check_specs=[dg.AssetCheckSpec(IS_MADE, asset=key(PAGE), description="Whether the page could be made.")],
    )
    def report() -> dg.MaterializeResult:  # type: ignore[type-arg]
        return _made(home)

    return report


def _made(home: Home) -> dg.MaterializeResult:  # type: ignore[type-arg]
    log.info(PAGE)
    begun = time.monotonic()
    try:
        written = write_page(home)
    except Exception as error:  # noqa: BLE001 - what is published stays published, whatever becomes of the page
        log.warning("the page was not made: %s", error)
        return dg.MaterializeResult(check_results=[_check(why=f"{type(error).__name__}: {error}")])
    return dg.MaterializeResult(
        metadata={
            "page": dg.MetadataValue.path(str(written.path)),
            "summary": written.summary,
            "bytes": written.path.stat().st_size,
            "seconds": round(time.monotonic() - begun, 1),
        },
        check_results=[_check()],
    )


def _check(why: str | None = None) -> dg.AssetCheckResult:
    metadata = {"why": why} if why else {}
    return dg.AssetCheckResult(
        passed=why is None, check_name=IS_MADE, severity=dg.AssetCheckSeverity.WARN, metadata=metadata
    )
