"""Finding the profile of an exports folder: the home's own first, then the shipped ones."""

import json
from hashlib import sha256
from pathlib import Path

from okr_analytics.documents import Document
from okr_analytics.errors import FileRefused
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
            f"rename the folder to one of {', '.join(files)}, or describe the export in sources/{name}.yaml",
        )
    return Document(files[name], home.relative(files[name])).as_model(SourceProfile)


def fingerprint(profile: SourceProfile, *also: str) -> str:
    """Changes when the profile (or what else decides how rows are read) changes, so that files are read again."""
    said = json.dumps([profile.model_dump(mode="json"), *also], sort_keys=True)
    return sha256(said.encode()).hexdigest()[:16]
