"""SVG for a page: from a described chart, without what only programs would read, and with no more digits than seen."""

import re
from typing import Any

import vl_convert

BESIDE_THE_PICTURE = re.compile(r' (?:class|role|aria-[a-z]+|id|xmlns(?::xlink)?|version|font-family)="[^"]*"')
PLACES = re.compile(r' (?:d|transform|[xy][12]?|width|height)="[^"]*"')
DIGITS = re.compile(r"(?<=\d\.\d)\d+")
EMPTY_GROUP = re.compile(r"<g[^>]*></g>")
BACKGROUND = re.compile(r'<rect width="[\d.]+" height="[\d.]+" fill="transparent"\s*/>')
ROOT = re.compile(r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"')


def drawn(described: dict[str, Any]) -> str:
    """The chart as an SVG element that scales to its place; it is a picture that its neighbours describe."""
    svg = vl_convert.vegalite_to_svg(described)
    svg = BESIDE_THE_PICTURE.sub("", svg)
    svg = BACKGROUND.sub("", svg)
    while (shorter := EMPTY_GROUP.sub("", svg)) != svg:
        svg = shorter
    svg = PLACES.sub(lambda found: DIGITS.sub("", found[0]), svg)
    return ROOT.sub(r'<svg aria-hidden="true" focusable="false" \1width="\2" height="\3"', svg, count=1)
