"""A web server on this machine that takes the messages of alerts."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipelines.alerts import VARIABLE

SECRET = "s3cr3t-t0ken"  # noqa: S105 - what no warning may show


@dataclass
class Inbox:
    """A web server on this machine, and the messages that it got."""

    address: str = ""
    messages: list[tuple[str, str]] = field(default_factory=list)
    answer: int = 200

    def taken(self) -> list[tuple[str, str]]:
        """Title and text of what came since it was looked at last."""
        found, self.messages[:] = self.messages[:], []
        return found


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """Alerts are on, and go to a server of our own."""
    found = Inbox()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.messages.append((said["title"], said["message"]))
            self.send_response(found.answer)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        found.address = f"json://127.0.0.1:{server.server_port}/{SECRET}"
        monkeypatch.setenv(VARIABLE, found.address)
        yield found
        server.shutdown()
