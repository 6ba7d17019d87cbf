"""A page looked at in Debian's Chromium: without a network, with what its console says, and what a reader sees."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-dev-shm-usage",
)  # fmt: skip
PDF_PAGE = re.compile(rb"/Type\s*/Page[^s]")
MOST_WAIT = 20_000
CONTRASTS = Path(__file__).with_name("contrasts.js").read_text(encoding="utf-8")


TEXTS = """() => {
    const found = [...document.querySelectorAll("[aria-label]")].map((each) => each.ariaLabel);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) found.push(walker.currentNode.textContent);
    return found;
}"""


class Seen:
    """A page that is open, what its console said, and what it asked for beside itself."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.set_default_timeout(MOST_WAIT)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def open(self, address: str) -> None:
        """Load a page anew, forgetting the one before."""
        self.page.goto("about:blank")
        self.said.clear()
        self.asked.clear()
        self.page.goto(address)

    def all(self, javascript: str) -> Any:
        """What the script says of the page."""
        return self.page.evaluate(javascript)

    @property
    def text(self) -> str:
        """What can be read, closed parts opened."""
        self.open_everything()
        return str(self.all("() => document.body.innerText"))

    @property
    def texts(self) -> list[str]:
        """Every single text in it, of elements and of labels that are only heard."""
        return [str(text).strip() for text in self.page.evaluate(TEXTS)]

    def open_everything(self) -> None:
        """Open every closed part."""
        self.all("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@dataclass(frozen=True)
class Chromium:
    """A running browser without a network. It has a window for each setting, opened once: a new one costs four times
    what loading a page does."""

    browser: Any
    windows: dict[str, Seen] = field(default_factory=dict)

    def opened(self, path: Path, part: str = "", **setting: Any) -> Seen:
        """A file, loaded anew in the window of such a setting."""
        window = repr(sorted(setting.items()))
        if window not in self.windows:
            self.windows[window] = Seen(self.browser.new_context(offline=True, **setting).new_page())
        self.windows[window].open(path.as_uri() + part)
        return self.windows[window]


@pytest.fixture(scope="module")  # as long as it runs, so does Playwright's event loop, and Dagster wants one of its own
def chromium() -> Iterator[Chromium]:
    """A running Chromium; skips, with the reason, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on this machine; apt-get install chromium")
    if subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60).returncode:
        pytest.skip(f"{path} does not start")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=list(FLAGS))
        yield Chromium(browser)
        browser.close()


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of Chromium's has."""
    return len(PDF_PAGE.findall(pdf))
