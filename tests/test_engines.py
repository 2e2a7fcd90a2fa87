"""A database URL names SQLite or PostgreSQL; anything else is refused, without repeating what may be a password."""

import pytest

from creditbank.engines import database_from_url


def test_sqlite_takes_a_relative_and_an_absolute_file() -> None:
    assert database_from_url("sqlite:///var/bank.sqlite3")["NAME"] == "var/bank.sqlite3"
    assert database_from_url("sqlite:////srv/bank.sqlite3")["NAME"] == "/srv/bank.sqlite3"


def test_sqlite_queues_writers_and_reaches_the_disk_before_it_answers() -> None:
    options = database_from_url("sqlite:///bank.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in str(options["init_command"])
    assert "synchronous=FULL" in str(options["init_command"])


def test_postgresql_takes_all_parts_with_their_escapes() -> None:
    database = database_from_url("postgres://clerk:a%40b%2F@db.Example:5433/bank?sslmode=require")
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("clerk", "a@b/")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.Example", "5433", "bank")
    assert database["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://bank@%2Frun%2FPostgres/bank", "/run/Postgres", ""),
        ("postgres://bank@[::1]:5432/bank", "::1", "5432"),
        ("postgres://bank@[::1]/bank", "::1", ""),
        ("postgres:///bank", "", ""),
    ],
)
def test_postgresql_is_reached_by_socket_and_by_address(url: str, host: str, port: str) -> None:
    database = database_from_url(url)
    assert (database["HOST"], database["PORT"]) == (host, port)


@pytest.mark.parametrize("url", ["mysql://root:secret@host/bank", "postgres://root:secret@host/", "", "bank.sqlite3"])
def test_another_engine_is_refused_without_repeating_the_url(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL must be") as refused:
        database_from_url(url)
    assert "secret" not in str(refused.value)
