"""``creditbank office working-days``: the years that terms are counted with; a file publishes or corrects one."""

from pathlib import Path
from typing import Final

import click
import yaml

from creditbank import clock
from creditbank.cli.acting import acting
from creditbank.errors import InvalidInput
from creditbank.rulebook.working_days import publish_working_days
from creditbank.workdays.reading import calendar_now
from creditbank.workdays.year import Year, read_year

LARGEST: Final = 64 * 1024


@click.command(name="working-days")
@click.option(
    "--publish", "path", type=click.Path(dir_okay=False, path_type=Path), help="公布这一年 · publish this file"
)
@click.option("--as", "username", default="", metavar="USERNAME", help="管理员登录名 · administrator")
def working_days(path: Path | None, username: str) -> None:
    """列出或公布工作日历 · list the years; --publish FILE (YAML: year, source, holidays) enters or corrects one."""
    if path is not None:
        year = _read(path)
        row = publish_working_days(actor=acting(username, "admin"), year=year, at=clock.now())
        click.echo(str(row))
        return
    for year in calendar_now().years:
        click.echo(f"{year.number} {year.source}")
        for each in year.holidays:
            worked = " ".join(day.isoformat() for day in each.worked)
            click.echo(f"  {each.name} {each.first} {each.last} {worked}".rstrip())


def _read(path: Path) -> Year:
    try:
        with path.open(encoding="utf-8") as stream:
            data = yaml.safe_load(stream.read(LARGEST))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise InvalidInput("这个文件读不出来。", field="--publish") from None
    if not isinstance(data, dict) or not isinstance(data.get("holidays"), list):
        raise InvalidInput("文件须有 year、source 和 holidays。", field="--publish")
    if not isinstance(data.get("year"), int) or not all(isinstance(each, dict) for each in data["holidays"]):
        raise InvalidInput("文件须有 year、source 和 holidays。", field="--publish")
    return read_year(data["year"], str(data.get("source", "")), data["holidays"])
