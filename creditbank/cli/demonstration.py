"""``creditbank demonstration``: load the sample bank, run its main job once, print its logins and their codes."""

import base64

import click
from django.conf import settings
from rich.console import Console
from rich.table import Table

from creditbank import clock
from creditbank.cli.running import prepare
from creditbank.demonstration.bank import PASSWORD, TOTP_SECRET
from creditbank.demonstration.loading import load_demonstration, sample_logins
from creditbank.errors import Unavailable
from creditbank.people.models import Account
from creditbank.people.second_factor import totp_code


@click.group()
def demonstration() -> None:
    """示例库：装入、登录名、验证码 · the sample bank: load it, its logins, their codes."""
    if settings.ENVIRONMENT == "production":
        raise Unavailable("正式环境不能使用示例数据。")


@demonstration.command()
@click.option("--site", default=settings.SITE_URL, show_default=True, help="网址前缀 · address of the site")
def load(site: str) -> None:
    """建表、装入示例数据并办一次主要业务 · make the tables, load the sample bank, run its main job; never twice."""
    prepare()
    if Account.objects.exists():
        click.echo("示例数据已在库中 · the sample bank is loaded already")
        return
    done = load_demonstration(now=clock.now(), say=click.echo)
    address = f"{site}/check/?number={done.certificate.number}&code={done.certificate.check_code}"
    click.echo("")
    click.echo(f"证书编号 certificate  {done.certificate.number}")
    click.echo(f"查验地址 check at     {address}")


@demonstration.command()
def logins() -> None:
    """每个角色的登录名、共用的密码、此刻的验证码 · one login per part, their password, the code of the moment."""
    table = Table("身份 part", "登录名 login", "第二因素 second factor")
    for login in sample_logins():
        table.add_row(login.part, login.username, "需要 needed" if login.needs_code else "")
    Console().print(table)
    click.echo(f"密码 password          {PASSWORD}")
    click.echo(f"验证器密钥 TOTP secret  {TOTP_SECRET}")
    click.echo(f"此刻的验证码 code now   {_code_now()}   (creditbank demonstration code)")


@demonstration.command()
def code() -> None:
    """验证器此刻的六位数字 · the six digits that every sample login's authenticator app shows now."""
    click.echo(_code_now())


def _code_now() -> str:
    padded = TOTP_SECRET + "=" * (-len(TOTP_SECRET) % 8)
    return totp_code(base64.b32decode(padded), clock.now())
