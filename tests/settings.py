"""The bank's settings as the tests want them: throw-away data, a quick hasher, fixed keys, mail in memory.

``CREDITBANK_TEST_DATABASE`` chooses the engine: ``sqlite`` (default) or ``postgres`` (started by the tests, see
``tests/postgres_server.py``). Both are real databases on disk, so threads and child processes see the same rows.
"""

import os
import tempfile
from pathlib import Path

# Before the real settings are read: they take the place of the data from the environment. The workers of xdist
# inherit the place from the process that starts and clears them; each has its own corner of it, as it has its own
# database: what sweeps up files that no row names would take another's.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["CREDITBANK_DATA_DIR"] = tempfile.mkdtemp(prefix="creditbank-tests-")
    os.environ["CREDITBANK_ENV"] = "test"
    os.environ.pop("DATABASE_URL", None)
elif Path(os.environ["CREDITBANK_DATA_DIR"]).name != os.environ["PYTEST_XDIST_WORKER"] != "child":
    os.environ["CREDITBANK_DATA_DIR"] += "/" + os.environ["PYTEST_XDIST_WORKER"]

from creditbank.engines import SQLITE_OPTIONS
from creditbank.settings import *  # noqa: F403
from creditbank.settings import DATA_DIR

TEST_ENGINE = os.environ.get("CREDITBANK_TEST_DATABASE", "sqlite")
SECRET_KEY = "tests-only-" + "0" * 40
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# The real queue, kept in the database: a test runs the waiting tasks itself when it wants them run.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # No manifest: the tests do not collect the static files first.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
Path(DATA_DIR, "static").mkdir(parents=True, exist_ok=True)

# 32 bytes each, for nothing but tests.
VAULT_KEYS = {
    "test-1": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "test-0": "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=",
}
VAULT_CURRENT_KEY = "test-1"
BLIND_INDEX_KEY = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="
RECEIPT_SIGNING_KEY = "YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn8="

if TEST_ENGINE == "postgres":
    # The place of the server is filled in when it has been started.
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "creditbank", "USER": "postgres"}}
elif TEST_ENGINE == "sqlite":
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA_DIR / "bank.sqlite3"),
            # A killed process loses nothing with synchronous=OFF; only a killed machine would.
            "OPTIONS": {
                **SQLITE_OPTIONS,
                "init_command": str(SQLITE_OPTIONS["init_command"]).replace("synchronous=FULL", "synchronous=OFF"),
            },
            "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
        }
    }
else:
    message = f"CREDITBANK_TEST_DATABASE is {TEST_ENGINE!r}, but must be sqlite or postgres."
    raise ValueError(message)
