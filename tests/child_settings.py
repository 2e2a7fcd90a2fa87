"""The tests' settings in a child process: the database is the one that its parent names in ``DATABASE_URL``."""

import os

CHILD_DATABASE_URL = os.environ["DATABASE_URL"]
# The parent's directory is kept: it holds the database.
os.environ.setdefault("PYTEST_XDIST_WORKER", "child")

from creditbank.engines import database_from_url  # noqa: E402
from tests.settings import *  # noqa: E402, F403
from tests.settings import DATABASES as PARENT_DATABASES  # noqa: E402

DATABASES = {
    "default": {**database_from_url(CHILD_DATABASE_URL), "OPTIONS": PARENT_DATABASES["default"].get("OPTIONS", {})}
}
