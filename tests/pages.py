"""A page as its readers see it: elements with their text, tables as rows, and figures read back as numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("meta", "br", "rect", "line", "path", "link", "img", "hr", "input"))
SECONDS = {"d": 86400, "h": 3600, "min": 60, "s": 1}
ROUNDED = ((10 * 60, 1), (2 * 86400, 60), (float("inf"), 3600))
"""Durations below so many seconds are said in units of so many."""
MINUS = "−"


@dataclass
class Element:
    """One element. `parts` are its texts and elements, in order."""

    tag: str
    attributes: dict[str, str]
    parts: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, spaces made one."""
        said = "".join(each if isinstance(each, str) else each.text for each in self.parts)
        return " ".join(said.replace("\xa0", " ").split())

    def walk(self) -> Iterator["Element"]:
        """It, and every element in it."""
        yield self
        for each in self.parts:
            if isinstance(each, Element):
                yield from each.walk()

    def all(self, tag: str, **attributes: str) -> list["Element"]:
        """The elements in it of that tag; of a class attribute, one of its words is enough."""
        found = (each for each in self.walk() if each.tag == tag)
        return [each for each in found if all(_has(each, name, value) for name, value in attributes.items())]

    def one(self, tag: str, **attributes: str) -> "Element":
        """The only such element."""
        (found,) = self.all(tag, **attributes)
        return found

    @property
    def facts(self) -> dict[str, str]:
        """What its lists of definitions say."""
        names, values = self.all("dt"), self.all("dd")
        return {name.text: value.text for name, value in zip(names, values, strict=True)}

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the rows in its tables, without headings."""
        lines = [line for body in self.all("tbody") for line in body.all("tr")]
        return [[cell.text for cell in line.parts if isinstance(cell, Element)] for line in lines]


def _has(element: Element, name: str, value: str) -> bool:
    written = element.attributes.get(name.rstrip("_"), "")
    return value in written.split() if name == "class_" else written == value


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attributes})
        self.open[-1].parts.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.open[-1].parts.append(Element(tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        closed = self.open.pop()
        assert closed.tag == tag, f"<{closed.tag}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def parsed(html: str) -> Element:
    """The page; asserts that what is opened is closed."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert [each.tag for each in parser.open] == ["document"]
    return parser.open[0]


def number(text: str) -> tuple[float, float]:
    """An English figure read back: its value in the warehouse's unit, and half of its last digit."""
    bare = text.replace(MINUS, "-").replace("+", "").replace(",", "")
    if parts := re.findall(r"(-?\d+) (d|h|min|s)\b", bare):
        value = sum(int(count) * SECONDS[unit] for count, unit in parts)
        return float(value), next(size for below, size in ROUNDED if abs(value) < below) / 2
    found = re.search(r"-?\d+(?:\.(\d+))?", bare)
    assert found, f"no figure in {text!r}"
    size = 0.01 if "%" in bare or "pp" in bare else 1.0
    return float(found[0]) * size, size * 10.0 ** -len(found[1] or "") / 2


def shows(text: str, value: float | None) -> bool:
    """Whether the figure is the value, to its last digit; null is a dash."""
    if value is None:
        return text == "–"
    said, half = number(text)
    return abs(said - value) <= half * 1.000001
