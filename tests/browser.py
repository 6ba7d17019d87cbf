"""A page looked at in Debian's Chromium: without a network, with what its console says, and what a reader sees."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
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
CONTRASTS = """() => {
    const read = (said) => {
        const parts = said.match(/[\\d.]+/g).map(Number);
        const scale = said.startsWith("color(") ? 255 : 1;
        return { rgb: parts.slice(0, 3).map((part) => part * scale), alpha: parts.length > 3 ? parts[3] : 1 };
    };
    const over = (top, below) => top.rgb.map((part, place) => part * top.alpha + below[place] * (1 - top.alpha));
    const behind = (element) => {
        const layers = [];
        for (let each = element; each; each = each.parentElement) {
            const layer = read(getComputedStyle(each).backgroundColor);
            layers.push(layer);
            if (layer.alpha === 1) break;
        }
        const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
        return layers.reduceRight((below, layer) => over(layer, below), canvas);
    };
    const light = (rgb) => {
        const parts = rgb.map((part) => part / 255).map((part) =>
            part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        if (!text || !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
        if (["STYLE", "TITLE", "DESC"].includes(element.tagName.toUpperCase())) continue;
        const style = getComputedStyle(element);
        const isDrawn = element.namespaceURI.endsWith("svg");
        const back = behind(element);
        const ink = read(isDrawn ? style.fill : style.color);
        const [more, less] = [light(over(ink, back)), light(back)].sort((one, other) => other - one);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const place = (element.className.baseVal ?? element.className) || element.tagName;
        found.push({ text, place, ratio: (more + 0.05) / (less + 0.05), least: isLarge ? 3 : 4.5 });
    }
    return found;
}"""


@dataclass
class Seen:
    """A page that is open, what its console said, and what it asked for beside itself."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def all(self, javascript: str) -> Any:
        """What the script says of the page."""
        return self.page.evaluate(javascript)

    @property
    def text(self) -> str:
        """What can be read, closed parts opened."""
        self.open_everything()
        return str(self.all("() => document.body.innerText"))

    def open_everything(self) -> None:
        """Open every closed part."""
        self.all("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A running Chromium; skips, with the reason, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on this machine; apt-get install chromium")
    if subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60).returncode:
        pytest.skip(f"{path} does not start")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def opened(chromium: Any, path: Path, part: str = "", **context: Any) -> Iterator[Seen]:
    """A file opened in a fresh context with the network off."""
    apart = chromium.new_context(offline=True, **context)
    page = apart.new_page()
    page.set_default_timeout(MOST_WAIT)
    seen = Seen(page)
    page.on("console", lambda message: seen.said.append(message.text))
    page.on("pageerror", lambda error: seen.said.append(str(error)))
    page.on("request", lambda request: seen.asked.append(request.url))
    page.goto(path.as_uri() + part)
    try:
        yield seen
    finally:
        apart.close()


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of Chromium's has."""
    return len(PDF_PAGE.findall(pdf))
