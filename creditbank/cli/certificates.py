"""``creditbank certificates``: check one, and suspend, reinstate or revoke it."""

import json
from dataclasses import asdict

import click

from creditbank import clock
from creditbank.certificates import actions
from creditbank.certificates.checking import check_certificate
from creditbank.certificates.models import Certificate
from creditbank.cli.acting import acting, as_option
from creditbank.errors import NotFound

reason_option = click.option("--reason", required=True, help="理由，持证人会看到 · reason, which the holder reads")


@click.group()
def certificates() -> None:
    """证书：验真、暂停、恢复、撤销 · check, suspend, reinstate, revoke."""


@certificates.command()
@click.argument("number")
@click.argument("code")
def check(number: str, code: str) -> int:
    """查验证书（JSON）· show what NUMBER certifies; exit status 1 if number and code do not belong together."""
    found = check_certificate(number=number, code=code)
    if found is None:
        click.echo("没有找到：编号与校验码不匹配 · no certificate has this number and code", err=True)
        return 1
    click.echo(json.dumps({**asdict(found), "issued_on": found.issued_on.isoformat()}, ensure_ascii=False, indent=2))
    return 0


@certificates.command()
@click.argument("number")
@as_option
@reason_option
def suspend(number: str, username: str, reason: str) -> None:
    """暂停使用 · suspend a valid certificate."""
    actor = acting(username, "reviewer")
    _print(actions.suspend_certificate(actor=actor, certificate=_found(number), reason=reason, at=clock.now()))


@certificates.command()
@click.argument("number")
@as_option
@reason_option
def reinstate(number: str, username: str, reason: str) -> None:
    """恢复有效 · make a suspended certificate valid again."""
    actor = acting(username, "decider")
    _print(actions.reinstate_certificate(actor=actor, certificate=_found(number), reason=reason, at=clock.now()))


@certificates.command()
@click.argument("number")
@as_option
@reason_option
def revoke(number: str, username: str, reason: str) -> None:
    """撤销别人暂停的证书 · revoke a certificate that another person has suspended."""
    actor = acting(username, "decider")
    _print(actions.revoke_certificate(actor=actor, certificate=_found(number), reason=reason, at=clock.now()))


def _found(number: str) -> Certificate:
    certificate = Certificate.objects.filter(number=number.strip().upper()).first()
    if certificate is None:
        raise NotFound("没有这张证书。", field="number")
    return certificate


def _print(certificate: Certificate) -> None:
    click.echo(f"{certificate.number} {certificate.state}")
