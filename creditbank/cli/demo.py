"""``creditbank demo``: the sample bank from nothing, served with a background worker until it is stopped.

It loads no Django itself: it sets the demonstration's own folder, then runs the other commands as processes and ends
them again.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import click

FOLDER: Final = Path("var") / "demo"
PATIENCE_SECONDS: Final = 60


@click.command()
@click.option("--once", is_flag=True, help="做完一次主要业务就结束 · end after the main job")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口 · port")
def demo(once: bool, port: int) -> int:
    """示例库：装入示例数据，办一次主要业务，然后提供服务 · load the sample bank, run its main job, serve it."""
    environment = _environment(port)
    status = _run(environment, "demonstration", "load")
    if status or once:
        return status
    return _serve(environment, port)


def _environment(port: int) -> Mapping[str, str]:
    """A folder, a database and an address of the demonstration's own, unless they are set already."""
    folder = Path(os.environ.get("CREDITBANK_DATA_DIR", str(FOLDER))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "CREDITBANK_DATA_DIR": str(folder),
        "CREDITBANK_SITE_URL": f"http://127.0.0.1:{port}",
        "CREDITBANK_SAMPLE": "true",
        **os.environ,
    }


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "creditbank.cli", *words]


def _run(environment: Mapping[str, str], *words: str) -> int:
    return subprocess.run(_command(*words), env=environment, check=False).returncode  # noqa: S603  (our own words)


def _serve(environment: Mapping[str, str], port: int) -> int:
    """Server and worker side by side; when one ends, or on a signal, both end."""
    parts = [
        subprocess.Popen(_command(*words), env=environment)  # noqa: S603  (our own words)
        for words in (("serve", "--port", str(port)), ("worker",))
    ]

    def stop(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        if not _answers(port, parts[0]):
            click.echo(
                f"服务没有在 {PATIENCE_SECONDS} 秒内启动 · the server did not start; is port {port} taken?", err=True
            )
            return 2
        _run(environment, "demonstration", "logins")
        click.echo(f"\n已就绪 ready: http://127.0.0.1:{port}/    Ctrl+C 结束 ends it")
        while all(part.poll() is None for part in parts):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
    finally:
        _end(parts)
    return 2


def _answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Whether the server answers before patience runs out."""
    for _ in range(PATIENCE_SECONDS * 4):
        if server.poll() is not None:
            return False
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return True
        except (URLError, OSError):
            time.sleep(0.25)
    return False


def _end(parts: list[subprocess.Popen[bytes]]) -> None:
    for part in parts:
        if part.poll() is None:
            part.terminate()
    for part in parts:
        try:
            part.wait(timeout=15)
        except subprocess.TimeoutExpired:
            part.kill()
