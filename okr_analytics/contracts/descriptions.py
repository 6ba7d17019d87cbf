"""What every column of the warehouse means: the catalogue beside this module. No name stands there twice."""

import tomllib
from pathlib import Path

_SECTIONS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
DESCRIPTIONS: dict[str, str] = {name: meaning for section in _SECTIONS.values() for name, meaning in section.items()}
