"""``creditbank catalogue``: what each product asks; schedules drafted by one person and published by another (I-8)."""

from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from creditbank import clock
from creditbank.catalogue.actions import draft_schedule, publish_schedule, withdraw_schedule
from creditbank.catalogue.importing import import_prices
from creditbank.catalogue.items import law_on
from creditbank.catalogue.models import PriceSchedule
from creditbank.catalogue.price_sheet import write_price_sheet
from creditbank.catalogue.reading import catalogue_on
from creditbank.cli.acting import acting, as_option
from creditbank.errors import NotFound
from creditbank.people.rights import require_office
from creditbank.policy.amounts import format_hundredths

_day = click.DateTime(["%Y-%m-%d"])
number_argument = click.argument("number")


@click.group()
def catalogue() -> None:
    """兑换目录与价目表 · the catalogue and its price schedules."""


@catalogue.command(name="list")
@click.option("--group", default="", help="只看这一类 · only this group")
@click.option("--priced", is_flag=True, help="只看已公布价目的 · only what has a price")
def list_products(group: str, priced: bool) -> None:
    """每个产品今天要多少学分 · what each product of Article 11 asks today."""
    on = clock.today()
    table = Table("产品 product", "价位 class", "学分 credits", "自付 cash", "名额 seats", "价目表 schedule")
    for row in catalogue_on(on, law_on(on)):
        price = row.price
        if (group and row.product.group != group) or (priced and price is None):
            continue
        if price is None:
            table.add_row(row.product.code, row.price_class, "待公布 not published", "", "", "")
            continue
        seats = f"{price.seats.left}/{price.seats.total}" if price.seats else ""
        cash = format_hundredths(price.cash_part_fen) if price.cash_part_fen else ""
        asked = format_hundredths(price.credits_hundredths)
        table.add_row(row.product.code, row.price_class, asked, cash, seats, price.schedule.number)
    Console().print(table)


@catalogue.command()
@click.argument("title")
@click.argument("starts_on", type=_day)
@click.option("--until", type=_day, default=None, help="最后一天 · the last day")
@as_option
def draft(title: str, starts_on: datetime, until: datetime | None, username: str) -> None:
    """拟一份价目表 · begin a draft that counts from STARTS_ON (a day like 2026-03-01)."""
    made = draft_schedule(
        actor=acting(username, "reviewer"),
        title=title,
        starts_on=starts_on.date(),
        ends_on=until.date() if until else None,
        at=clock.now(),
    )
    _print_state(made)


@catalogue.command(name="import")
@number_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_option
def bring(number: str, file: Path, username: str) -> int:
    """把 Excel 里的价目写进草案 · write the prices of an .xlsx FILE into the draft, whole or not at all."""
    actor = acting(username, "reviewer")
    done = import_prices(actor=actor, schedule=_found(number), data=file.read_bytes(), at=clock.now())
    for each in done.problems:
        words = each.message % each.data if each.data else each.message
        click.echo(f"第 {each.row} 行 row {each.row} {each.field}: {words}")
    click.echo(f"{done.written}")
    return 1 if done.problems else 0


@catalogue.command()
@number_argument
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_option
def export(number: str, file: Path, username: str) -> None:
    """把一份价目表存成 Excel · write a schedule's prices to an .xlsx FILE."""
    require_office(acting(username, "reviewer"), "reviewer", "decider", "admin", "auditor", at=clock.now())
    file.write_bytes(write_price_sheet(_found(number).prices.select_related("seats", "budget")))


@catalogue.command()
@number_argument
@as_option
def publish(number: str, username: str) -> None:
    """由没有参与拟稿的核准人公布 · publish a draft as a decider who wrote none of it."""
    _print_state(publish_schedule(actor=acting(username, "decider"), schedule=_found(number), at=clock.now()))


@catalogue.command()
@number_argument
@click.option("--reason", required=True, help="理由 · reason")
@as_option
def withdraw(number: str, reason: str, username: str) -> None:
    """撤下已公布的价目表 · take a published schedule back; running applications go on."""
    actor = acting(username, "decider")
    _print_state(withdraw_schedule(actor=actor, schedule=_found(number), reason=reason, at=clock.now()))


def _found(number: str) -> PriceSchedule:
    found = PriceSchedule.objects.filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound("没有这份价目表。", field="number")
    return found


def _print_state(schedule: PriceSchedule) -> None:
    click.echo(f"{schedule.number} {schedule.state}")
