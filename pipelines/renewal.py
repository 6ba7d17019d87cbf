"""What a run over new exports makes anew: their things in two slices, carried over to a copy of what is published."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from okr_analytics.errors import NotAsLanded
from okr_analytics.incremental.patching import patch_loads, patch_nulled_values, patch_things, put_nulled_values
from okr_analytics.incremental.things import most_touched, put_keys, unlanded
from okr_analytics.landing.store import LandingStore
from okr_analytics.tickets.reconciliation import tells_anew
from okr_analytics.warehouse.models import models
from pipelines.resources import DeskRun, log

LEDGER = "ops.loads"
NEWS = "news"
MOST_TOUCHED = 250_000
Build = Callable[[DeskRun], Any]


def renew(run: DeskRun, sliced: Sequence[Build]) -> bool:
    """Whether the copy of what is published could be renewed; else the stage is empty, and everything is to be made.

    `sliced` are the steps from landing to the ledger, in order.
    """
    published = run.stage.before(LEDGER)
    new_files = unlanded(run.stage.engine, published) if published else None
    try:
        if new_files is not None and _is_worth_it(run, new_files):
            _renew(run, sliced, new_files)
            return True
    except NotAsLanded as error:
        log.warning("%s: everything is made anew", error)
    if published:
        run.renewal.close()
        run.stage.start_over()
        LandingStore(run.home).show(run.stage.engine, run.desk)
    return False


def _is_worth_it(run: DeskRun, new_files: Collection[str]) -> bool:
    """Make the tables of keys. Slices are held in memory; where new files speak of more than that is meant for (a first
    load, a whole export every night), making everything as a stream is as cheap."""
    engine = run.stage.engine
    engine.attach(NEWS)
    LandingStore(run.home).show(engine, run.desk, NEWS, new_files)
    put_keys(engine, NEWS)
    if tells_anew(engine, new_files):
        log.info("a source tells a figure of its own for the first time: everything is made anew")
        return False
    if (touched := most_touched(engine)) > MOST_TOUCHED:
        log.info("new files speak of %d things: everything is made anew", touched)
    return touched <= MOST_TOUCHED


def _renew(run: DeskRun, sliced: Sequence[Build], new_files: Collection[str]) -> None:
    stage, renewal = run.stage, run.renewal
    renewal.open(stage, new_files)
    for each in renewal.slices or ():
        for build in sliced:
            build(replace(run, stage=each))
    patch_things(stage, renewal)
    patch_nulled_values(stage, renewal)
    put_nulled_values(stage, renewal)
    for each in renewal.slices or ():
        each.build(models()[LEDGER])
    patch_loads(stage, renewal)
