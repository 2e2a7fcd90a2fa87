"""What every test shares: two engines, and a flush that the books' triggers do not refuse."""

import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from creditbank.ledger.schema import TABLES as LEDGER_TABLES
from tests.everybody import Everybody, gather_everybody
from tools.messages import compile_catalogue

ENGINE = os.environ.get("CREDITBANK_TEST_DATABASE", "sqlite")

if ENGINE == "postgres":
    pytest_plugins = ["tests.postgres_server"]

# The same examples on every machine and in every run, however slow it is; CREDITBANK_TEST_EXPLORE=1 looks further.
hypothesis_settings.register_profile(
    "bank",
    deadline=None,
    database=None,
    derandomize="CREDITBANK_TEST_EXPLORE" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("bank")


@pytest.fixture(scope="session")
def engine() -> str:
    """The database engine of this run: ``sqlite`` or ``postgres``."""
    return ENGINE


@pytest.fixture
def child_environment(transactional_db: None) -> Mapping[str, str]:
    """The environment for a child process that shall work on this test's database (only committed rows are seen)."""
    name = connection.settings_dict["NAME"]
    if ENGINE == "sqlite":
        url = f"sqlite:///{name}"
    else:
        url = f"postgres://postgres@{quote(str(connection.settings_dict['HOST']), safe='')}/{name}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.child_settings"}


@pytest.fixture
def everybody(db: None) -> Everybody:
    """The whole cast, each with a login."""
    return gather_everybody()


@pytest.fixture(autouse=True)
def _speak_chinese() -> None:
    """The language of a test's last request never reaches into the next test."""
    translation.activate("zh-hans")


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers() -> Iterator[None]:
    """Let the flush after a transactional test empty the append-only tables, whose triggers refuse every DELETE.

    PostgreSQL: triggers rest while the session plays a replica. SQLite: they are dropped and made again, all in the
    one transaction of the flush.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", _execute_sql_flush)
        yield


def _execute_sql_flush(operations: BaseDatabaseOperations, sql_list: list[str]) -> None:
    if ENGINE == "sqlite":
        select = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        select = "SELECT 'none', 'none' WHERE false"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(select)
        triggers: list[tuple[str, str]] = cursor.fetchall()
        if ENGINE == "postgres":
            cursor.execute("SET LOCAL session_replication_role = replica")
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        for statement in sql_list:
            cursor.execute(statement)
        # Django flushes the tables that it manages; the books are not among them.
        for table in LEDGER_TABLES:
            cursor.execute(f"DELETE FROM {table}")
        for _name, sql in triggers:
            cursor.execute(sql)


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """No test reaches beyond this machine."""
    connect = socket.socket.connect

    def connect_near(self: socket.socket, address: tuple[str, int] | str | bytes) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            message = f"A test wanted to connect to {address[0]}."
            raise AssertionError(message)
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_near)
        yield


def pytest_configure(config: pytest.Config) -> None:
    """English pages need the compiled catalogue, which the repository does not hold."""
    if not hasattr(config, "workerinput"):
        compile_catalogue()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that made the run's directory clears it."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
