"""``creditbank office``: the people of the management group and of the institutions, and their logins.

The very first administrator is made by the system (without ``--as``); everybody after her by an administrator. What
waits for a second person is listed by ``office waiting`` and answered by ``office answer``.
"""

from dataclasses import replace
from typing import Final, TypeVar

import click
from django.db import transaction
from django.db.models import Manager, Model

from creditbank import clock
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.cli.acting import account_of_card, acting, as_option
from creditbank.cli.notices import notices
from creditbank.cli.working_days import working_days
from creditbank.errors import NotFound
from creditbank.institutions.actions import (
    Entry,
    appoint_staff,
    approve_institution,
    propose_institution,
    refuse_institution,
)
from creditbank.institutions.models import Institution, InstitutionKind, InstitutionState, StaffRole
from creditbank.people.access import end_grant
from creditbank.people.access_requests import (
    OVERSEERS,
    approve_access,
    grants_seen_by,
    refuse_access,
    request_access,
    requests_seen_by,
)
from creditbank.people.appointments import confirm_office, propose_new_person, propose_office, refuse_office
from creditbank.people.logins import create_person, create_staff_login
from creditbank.people.looks import LOOKING_OFFICES
from creditbank.people.models import AccessRequest, OfficeProposal, OfficeRole, Person, User
from creditbank.people.rights import offices_of, require_office

Row = TypeVar("Row", bound=Model)
LONGEST_ROW: Final = 18

as_administrator = click.option("--as", "username", default="", metavar="USERNAME", help="管理员登录名 · administrator")


@click.group()
def office() -> None:
    """管理小组：人员、岗位、单位 · people, offices, institutions."""


office.add_command(working_days)
office.add_command(notices)


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
        made = propose_office(actor=actor, at=at, person=person, role=role)
    click.echo(f"{login} {role}{_waits('office', made) if isinstance(made, OfficeProposal) else ''}")


@office.command()
@click.argument("name")
@click.option("--role", type=click.Choice(OfficeRole.Role.values), required=True, help="岗位 · office")
@as_option
def invite(name: str, role: str, username: str) -> None:
    """邀请新同事，打印一次性邀请码 · invite NAME for an office; prints the one-time code."""
    made, issued = propose_new_person(actor=acting(username, "admin"), at=clock.now(), name=name, role=role)
    click.echo(f"{name} {role} {issued.code}{_waits('office', made) if isinstance(made, OfficeProposal) else ''}")


@office.command()
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(InstitutionKind.values), required=True, help="类别 · kind")
@click.option("--region", nargs=2, required=True, metavar="CODE NAME", help="地区代码和名称 · region")
@click.option("--issues", is_flag=True, help="可以颁发证书 · may issue certificates")
@click.option("--credit-code", default="", help="统一社会信用代码 · unified social credit code")
@click.option("--odd-code", is_flag=True, help="校验位不对也登记 · take a code whose check digit fails")
@as_administrator
def institution(
    *,
    code: str,
    name: str,
    kind: str,
    region: tuple[str, str],
    issues: bool,
    credit_code: str,
    odd_code: bool,
    username: str,
) -> None:
    """登记成员单位，由另一人核准 · enter a member institution, which a second person approves (M-10)."""
    entry = Entry(code, name, kind, *region, credit_code=credit_code, issues_certificates=issues)
    actor = _administrator(username)
    made = propose_institution(actor=actor, at=clock.now(), entry=entry, odd_code_meant=odd_code)
    click.echo(f"{made}{_waits('institution', made) if made.state == InstitutionState.PROPOSED else ''}")


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


@office.command()
@as_option
def waiting(username: str) -> None:
    """列出等第二人办理的事项 · what waits for a second person: requests, institutions, offices."""
    actor, at = _officer(username, *OVERSEERS), clock.now()
    require_office(actor, *OVERSEERS, at=at)
    for asked in requests_seen_by(actor, at).filter(state=AccessRequest.State.ASKED):
        click.echo(f"access:{asked.pk} {asked.asked_by.name} {asked.days} d {asked.purpose}")
    for member in Institution.objects.filter(state=InstitutionState.PROPOSED):
        click.echo(f"institution:{member.pk} {member}")
    for proposal in OfficeProposal.objects.filter(state=OfficeProposal.State.PROPOSED).select_related("person"):
        click.echo(f"office:{proposal.pk} {proposal.person.name} {proposal.role}")


@office.command()
@click.argument("key")
@click.argument("verdict", type=click.Choice(["yes", "no"]))
@click.option("--reason", default="", help="不批准的原因 · why not (requests)")
@as_option
def answer(key: str, verdict: str, reason: str, username: str) -> None:
    """办理等第二人的事项 · answer KEY of `office waiting`, as another person: yes or no."""
    actor, at, yes = _officer(username, "decider", "admin"), clock.now(), verdict == "yes"
    kind, _colon, row = key.partition(":")
    if kind == "access":
        asked = _waiting_row(AccessRequest.objects, row)
        if yes:
            approve_access(actor=actor, at=at, request=asked)
        else:
            refuse_access(actor=actor, at=at, request=asked, reason=reason)
    elif kind == "institution":
        member = _waiting_row(Institution.objects, row)
        (approve_institution if yes else refuse_institution)(actor=actor, at=at, institution=member)
    elif kind == "office":
        proposal = _waiting_row(OfficeProposal.objects, row)
        if yes:
            confirm_office(actor=actor, at=at, proposal=proposal)
        else:
            refuse_office(actor=actor, at=at, proposal=proposal)
    else:
        raise NotFound("没有这件等待办理的事项。", field="key")
    click.echo(f"{key} {verdict}")


@office.command()
@click.argument("card")
@click.option("--purpose", required=True, help="查阅目的 · what for")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 31), help="期限（天） · term in days")
@as_option
def ask(card: str, purpose: str, days: int, username: str) -> None:
    """申请查阅一名学生的资料 · ask to see the data of CARD's student; another person answers."""
    student = account_of_card(card).student
    made = request_access(
        actor=_officer(username, *LOOKING_OFFICES), at=clock.now(), student=student, purpose=purpose, days=days
    )
    click.echo(_waits("access", made).strip())


@office.command()
@click.option("--end", "ended", type=int, default=None, metavar="ID", help="现在结束这份授权 · end this grant now")
@as_option
def grants(ended: int | None, username: str) -> None:
    """列出或结束查阅授权 · the grants that one may read of; --end takes one back."""
    actor, at = _officer(username, *LOOKING_OFFICES), clock.now()
    seen = grants_seen_by(actor, at).filter(ends__gt=at)
    if ended is not None:
        grant = seen.filter(pk=ended).first()
        if grant is None:
            raise NotFound("没有这份授权。", field="--end")
        end_grant(actor=actor, at=at, grant=grant)
    for each in seen:
        until = each.ends.astimezone(clock.CIVIL_ZONE).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{each.pk} {each.grantee.name} {until} {each.purpose}")


def _officer(username: str, *roles: str) -> Actor:
    """The login's person in the first of these offices that she holds, as the audit shall name it."""
    actor = acting(username, roles[0])
    held = offices_of(actor.person_id or 0, clock.now())
    return replace(actor, role=next((role for role in roles if role in held), roles[0]))


def _waits(kind: str, row: Model) -> str:
    return f" · 等第二人办理 waits for a second person: {kind}:{row.pk}"


def _waiting_row(rows: Manager[Row], text: str) -> Row:
    row = rows.filter(pk=int(text)).first() if text.isdecimal() and len(text) < LONGEST_ROW else None
    if row is None:
        raise NotFound("没有这件等待办理的事项。", field="key")
    return row


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
