"""``creditbank office``: the people of the management group and of the institutions, and their logins.

The very first administrator is made by the system (without ``--as``); everybody after her by an administrator.
"""

import click
from django.db import transaction

from creditbank import clock
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.cli.acting import acting
from creditbank.errors import NotFound
from creditbank.institutions.actions import appoint_staff, register_institution
from creditbank.institutions.models import Institution, InstitutionKind, StaffRole
from creditbank.people.logins import create_person, create_staff_login
from creditbank.people.models import OfficeRole, Person, User
from creditbank.people.rights import appoint_office

as_administrator = click.option("--as", "username", default="", metavar="USERNAME", help="管理员登录名 · administrator")


@click.group()
def office() -> None:
    """管理小组：人员、岗位、单位 · people, offices, institutions."""


@office.command()
@click.argument("login")
@click.argument("name")
@click.option("--role", type=click.Choice(OfficeRole.Role.values), required=True, help="岗位 · office")
@click.password_option(help="初始密码 · first password", prompt="密码 password")
@as_administrator
def add(login: str, name: str, role: str, password: str, username: str) -> None:
    """安排岗位并开通登录，首次登录时设两步验证 · give NAME an office and the login LOGIN."""
    actor, at = _administrator(username), clock.now()
    with transaction.atomic():
        person = _person(login, name, password, actor)
        appoint_office(actor=actor, at=at, person=person, role=role)
    click.echo(f"{login} {role}")


@office.command()
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(InstitutionKind.values), required=True, help="类别 · kind")
@click.option("--region", nargs=2, required=True, metavar="CODE NAME", help="地区代码和名称 · region")
@click.option("--issues", is_flag=True, help="可以颁发证书 · may issue certificates")
@as_administrator
def institution(*, code: str, name: str, kind: str, region: tuple[str, str], issues: bool, username: str) -> None:
    """登记已批准的成员单位 · enter an approved member institution (M-10)."""
    made = register_institution(
        actor=_administrator(username),
        at=clock.now(),
        code=code,
        name=name,
        kind=kind,
        region_code=region[0],
        region_name=region[1],
        issues_certificates=issues,
    )
    click.echo(str(made))


@office.command()
@click.argument("code")
@click.argument("login")
@click.argument("name")
@click.option("--role", type=click.Choice(StaffRole.values), required=True, help="角色 · role")
@click.password_option(help="初始密码 · first password", prompt="密码 password")
@as_administrator
def staff(*, code: str, login: str, name: str, role: str, password: str, username: str) -> None:
    """在成员单位安排角色并开通登录 · give NAME a role at institution CODE and the login LOGIN."""
    found = Institution.objects.filter(code=code).first()
    if found is None:
        raise NotFound("没有这个单位。", field="code")
    actor = _administrator(username)
    with transaction.atomic():
        person = _person(login, name, password, actor)
        appoint_staff(actor=actor, at=clock.now(), institution=found, person=person, role=role)
    click.echo(f"{code} {login} {role}")


def _administrator(username: str) -> Actor:
    return acting(username, "admin") if username else SYSTEM


def _person(login: str, name: str, password: str, actor: Actor) -> Person:
    """The person behind an existing login, or a new one with this login."""
    known = User.objects.select_related("person").filter(username__iexact=login).first()
    if known is not None:
        return known.person
    person = create_person(name=name, at=clock.now())
    create_staff_login(actor=actor, at=clock.now(), person=person, username=login, password=password)
    return person
