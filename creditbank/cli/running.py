"""Running the bank: make the tables and the shipped data, serve, work in the background, tick.

The queue is kept in the same database. A task is only a wake-up: state, cursor and lease are in the domain's own rows,
and the tick, once a minute, wakes what a dead worker left and sweeps what has run out.
"""

import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType
from typing import Final

import click
from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections
from django.utils.module_loading import import_string
from django_tasks_db.management.commands.db_worker import Worker
from granian import Granian
from granian.constants import Interfaces

from creditbank import clock, ids
from creditbank.corrections.running import tick as tick_corrections
from creditbank.evaluation.tasks import tick as tick_returns
from creditbank.institutions.actions import load_shipped_schemes
from creditbank.people.consents import load_shipped_texts
from creditbank.records.tasks import tick as tick_records
from creditbank.redemption.actions import expire_redemptions, undo_cancelled
from creditbank.rulebook.actions import load_shipped_versions

Sweep = Callable[[datetime], int]

TICK_SECONDS: Final = 60
IDLE_SECONDS: Final = 0.5


@click.command()
def setup() -> None:
    """建立或升级数据库，载入规则、方案和告知文本，可重复执行 · make or upgrade the tables and the law."""
    prepare()
    click.echo(
        "数据库、规则版本、评价方案与告知文本已就绪 · the database, the law, the scheme and the texts are in place"
    )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口 · port")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="并发线程 · threads")
def serve(host: str, port: int, threads: int) -> None:
    """提供网页与接口，直到停止 · serve the pages and the API until stopped."""
    collect_static_files()
    Granian(
        "creditbank.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        websockets=False,
        log_enabled=False,
    ).serve()


@click.command()
@click.option("--once", is_flag=True, help="做完现有的就结束 · end when the queue is empty")
def worker(once: bool) -> None:
    """后台办理，直到停止；每分钟清扫一次 · work in the background until stopped; every minute, tick."""
    stop = threading.Event()
    if not once:
        _stop_on_signals(stop)
    work(stop, once=once)


@click.command()
def tick() -> None:
    """清扫一次：唤起中断的事项，结束到期的申请 · wake what was left lying, end what has run out; each minute."""
    woken, expired = tick_all()
    click.echo(f"重新唤起 {woken} 件，到期结束 {expired} 件 · {woken} woken, {expired} expired")


def prepare() -> None:
    """The tables, and the data that the bank ships with."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    load_shipped_versions(at=clock.now())
    load_shipped_schemes(at=clock.now())
    load_shipped_texts()


def collect_static_files() -> None:
    """Gather the static files of every package into one folder, with their content in their names."""
    call_command("collectstatic", verbosity=0, interactive=False)


def work(stop: threading.Event, *, once: bool) -> None:
    """Empty the queue, again and again, until ``stop`` is set; with ``once``, one time."""
    while not stop.is_set():
        close_old_connections()
        tick_all()
        for _ in range(1 if once else round(TICK_SECONDS / IDLE_SECONDS)):
            run_queued_tasks()
            if once or stop.wait(IDLE_SECONDS):
                return


def run_queued_tasks() -> None:
    """Run every task that is ready now, one after the other."""
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=ids.new_code(20),
        excluded_queue_names=[],
    ).run()


def tick_all() -> tuple[int, int]:
    """How many pieces of work were woken again, and how many applications ended because their time ran out."""
    at = clock.now()
    for path in settings.SWEEPS:
        sweep: Sweep = import_string(path)
        sweep(at)
    woken = tick_returns(at) + tick_corrections(at) + tick_records(at)
    undo_cancelled(at=at)
    return woken, expire_redemptions(at=at)


def _stop_on_signals(stop: threading.Event) -> None:
    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
