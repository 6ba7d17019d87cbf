"""Finding the profile of an exports folder: the home's own first, then the shipped ones."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from okr_analytics.documents import Document
from okr_analytics.errors import FileRefused, did_you_mean
from okr_analytics.home import SHIPPED_SOURCES, Home
from okr_analytics.sources.profile import SourceProfile


def profile_files(home: Home) -> dict[str, Path]:
    """Every profile that a folder of this home may name."""
    return {path.stem: path for folder in (SHIPPED_SOURCES, home.sources) for path in sorted(folder.glob("*.yaml"))}


def read_profile(home: Home, name: str) -> SourceProfile:
    """The profile of that name.

    Raises FileRefused where there is none, ConfigurationError where it breaks its rules.
    """
    files = profile_files(home)
    if name not in files:
        raise FileRefused(
            f"no profile for the folder exports/{name}",
            f"'okr sources detect' proposes one; or rename the folder to one of {', '.join(files)}, or describe the "
            f"export in sources/{name}.yaml",
        )
    return profile_of(Document(files[name], home.relative(files[name])))


def profile_of(document: Document) -> SourceProfile:
    """The profile that a document says, by itself or over the shipped one that it is like.

    Raises ConfigurationError where it breaks its rules.
    """
    if isinstance(document.data, dict) and "like" in document.data:
        document.data = _over_another(document)
    return document.as_model(SourceProfile)


def _over_another(document: Document, above: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What a profile says over the shipped one that it is like; what it sets to nothing, it does without. That one may
    itself be like another."""
    own = dict(document.data)
    name = own.pop("like")
    shipped = {path.stem: path for path in SHIPPED_SOURCES.glob("*.yaml")}
    if name not in shipped or name in above:
        raise document.refused(("like",), f"no shipped profile '{name}'{did_you_mean(str(name), shipped)}")
    base = Document(shipped[name], f"sources/{name}.yaml")
    return _merged(_over_another(base, above | {name}) if "like" in base.data else base.data, own)


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        before = merged.get(key)
        merged[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return {key: value for key, value in merged.items() if value is not None}


def fingerprint(profile: SourceProfile, *also: str) -> str:
    """Changes when the profile (or what else decides how rows are read) changes, so that files are read again."""
    said = json.dumps([profile.model_dump(mode="json"), *also], sort_keys=True)
    return sha256(said.encode()).hexdigest()[:16]
