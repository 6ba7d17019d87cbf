"""What a warehouse rests on beside exports and definitions: where that changed, nothing published can be kept."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version

from okr_analytics.home import CHECKOUT

CODE = ("okr_analytics", "pipelines", "sql")
LIBRARIES = ("duckdb", "holidays", "polars")  # content hashes, calendars and arithmetic are theirs


def basis(*texts: str) -> str:
    """Fingerprint of the code, of the libraries that compute, and of what is said of desk and KPIs."""
    return sha256("\n".join([_code(), *map(version, LIBRARIES), *texts]).encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """Fingerprint of every file that computes something, or says what it means."""
    files = (path for folder in CODE for path in sorted((CHECKOUT / folder).rglob("*")))
    code = (path for path in files if path.suffix in (".py", ".sql", ".toml"))
    return sha256(b"\0".join(sha256(path.read_bytes()).digest() for path in code)).hexdigest()
