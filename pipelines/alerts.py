"""Sending what people are told without having asked. Off until OKR_NOTIFY_URLS says where to.

Whatever goes wrong here is a warning and fails no run; no warning names an address, for it holds secrets.
"""

import json
import logging
import os
import threading
import warnings
from typing import Any

from okr_analytics.alerting import Alert, statuses_changed
from okr_analytics.home import Home
from okr_analytics.warehouse.engine import Engine

VARIABLE = "OKR_NOTIFY_URLS"
PATIENCE_SECONDS = 60
TOLD = "alerted.json"
INSTALL = "pip install apprise"

log = logging.getLogger("okr")


def is_on() -> bool:
    """Whether anybody wants to be told."""
    return bool(os.environ.get(VARIABLE, "").strip())


def send(alert: Alert) -> bool:
    """Send a message to every address; false, with a warning, where it did not reach all."""
    done: list[str | None] = []
    sender = threading.Thread(target=lambda: done.append(_trouble(alert)), daemon=True)
    sender.start()
    sender.join(PATIENCE_SECONDS)
    trouble = done[0] if done else f"no answer within {PATIENCE_SECONDS} seconds"
    if trouble:
        log.warning("an alert was not delivered: %s", trouble)
    return trouble is None


def tell_of_changes(home: Home) -> None:
    """After publishing: what flipped since the generation that was told last, once. A message that did not arrive is
    told with the next one."""
    if not is_on():
        return
    marker = home.state / TOLD
    try:
        with Engine.published(home.warehouse) as engine:
            ((newest,),) = engine.rows("select max(generation) from ops.generations")
            told = _generation(marker.read_text(encoding="utf-8")) if marker.exists() else None
            alert = statuses_changed(home, engine, told) if told != newest else None
        if alert is None or send(alert):
            marker.write_text(json.dumps({"generation": newest}), encoding="utf-8")
    except Exception as error:  # noqa: BLE001 - what is published stays published, whatever becomes of the message
        log.warning("an alert was not delivered: %s", type(error).__name__)


def _generation(text: str) -> int | None:
    try:
        return int(json.loads(text)["generation"])
    except (ValueError, TypeError, KeyError):
        return None


def _trouble(alert: Alert) -> str | None:
    """Why a message did not reach every address, without naming one; null where it did."""
    try:
        import apprise  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        return f"{VARIABLE} is set, but apprise is not installed; run: {INSTALL}"
    logging.getLogger("apprise").disabled = True  # it would name addresses
    try:
        with warnings.catch_warnings(action="ignore"):  # what apprise itself has still to change
            server = apprise.Apprise()
            is_understood = server.add(os.environ.get(VARIABLE, ""))
            is_sent = len(server) > 0 and server.notify(
                title=alert.title, body=alert.text, body_format=apprise.NotifyFormat.TEXT
            )
    except Exception as error:  # noqa: BLE001 - a notifier of somebody else may raise anything
        return type(error).__name__
    if not is_understood:
        return f"an address in {VARIABLE} is none that apprise knows"
    return None if is_sent else f"a service did not take it ({', '.join(sorted(map(_service, server)))})"


def _service(each: Any) -> str:
    return str(each.service_name)
