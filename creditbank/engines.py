"""From a ``DATABASE_URL`` to Django's settings for the engine: SQLite embedded, or PostgreSQL on a server.

``sqlite:///relative.sqlite3``, ``sqlite:////absolute.sqlite3``,
``postgres://user:password@host:5432/name?sslmode=require``;
a server on a socket has its directory, percent-encoded, as the host. Any other engine is refused: its books are not
proven there.
"""

from typing import TypedDict
from urllib.parse import parse_qsl, unquote, urlsplit

# A writer waits for its turn, and a commit is on the disk when it says so.
SQLITE_OPTIONS: dict[str, str | int] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # A cache of up to 32 MiB: bulk posting into a large table is twice as fast as with the usual two.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32768;"
    ),
}


class Database(TypedDict, total=False):
    """What Django wants to know of a database."""

    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    CONN_MAX_AGE: int
    CONN_HEALTH_CHECKS: bool
    OPTIONS: dict[str, str | int]
    TEST: dict[str, str]


def database_from_url(url: str) -> Database:
    """Read ``url``; ValueError when it names neither engine (the URL is not repeated: it may hold a password)."""
    parts = urlsplit(url)
    name = unquote(parts.path[1:])
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": dict(SQLITE_OPTIONS)}
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ValueError("DATABASE_URL must be sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME.")
    # urlsplit lowers the host; a socket's directory keeps its letters.
    address = parts.netloc.rpartition("@")[2]
    host, colon, port = address.rpartition(":") if address.rsplit("]", 1)[-1].count(":") else (address, "", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host).strip("[]"),
        "PORT": port if colon else "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
