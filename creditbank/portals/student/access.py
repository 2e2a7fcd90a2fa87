"""Whose passbook is open: one's own, or that of a minor whose guardian one is. Asked of the database on every request.

A guardian of several chooses once; the choice stands in the session, so no address names a person. A page about one
thing (an application, a certificate) finds its holder among those of the reader, and is unknown to everybody else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, Final, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from creditbank import clock
from creditbank.audit.actor import Actor
from creditbank.errors import NotFound
from creditbank.institutions.rights import holds_post
from creditbank.messages.actions import unread_count
from creditbank.people.actors import acting_as
from creditbank.people.guardians import is_minor, wards_of
from creditbank.people.models import Account, AccountOpening, User
from creditbank.people.second_factor import holds_office
from creditbank.portals.student.navigation import student_nav
from creditbank.portals.student.standing import Standing, standing_of
from creditbank.redemption.models import Redemption

CHOSEN: Final = "passbook"
Given = ParamSpec("Given")


@dataclass(frozen=True, slots=True)
class Choice:
    """A passbook that the reader may open."""

    holder: str
    name: str
    own: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the login, the account that is open, in which capacity, and the other accounts she may open."""

    user: User
    account: Account
    capacity: str
    accounts: tuple[Account, ...]
    at: datetime

    @property
    def actor(self) -> Actor:
        """The reader as an actor in her capacity."""
        return acting_as(self.user.person, self.capacity)

    @property
    def name(self) -> str:
        """The name of the student."""
        return self.account.student.person.name

    @property
    def holder_id(self) -> UUID:
        """The ledger's holder."""
        return self.account.holder_id

    @property
    def own(self) -> bool:
        """Whether the account is the reader's own."""
        return self.capacity == "student"

    @property
    def minor(self) -> bool:
        """Whether the student is under 18 today."""
        return is_minor(self.account.student, clock.today(self.at))

    @property
    def standing(self) -> Standing | None:
        """What is to be told of an account that is frozen or closed."""
        return standing_of(self.account)

    @property
    def may_agree(self) -> bool:
        """Whether the reader may give consent: a guardian for a minor, an adult herself."""
        return not self.own or not self.minor

    @property
    def choices(self) -> list[Choice]:
        """The accounts to choose from."""
        return [
            Choice(str(each.holder_id), each.student.person.name, _owned(each, self.user), each.pk == self.account.pk)
            for each in self.accounts
        ]


Page = Callable[Concatenate[HttpRequest, Reader, Given], HttpResponse]


def reader_page(view: Page[Given]) -> Callable[Concatenate[HttpRequest, Given], HttpResponse]:
    """A page of an open passbook: with a login only, and with an account of one's own or of a ward."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        assert isinstance(request.user, User)
        reader = reader_of(request, request.user)
        return no_passbook(request, request.user) if reader is None else view(request, reader, *args, **kwargs)

    return guarded


def reader_of(request: HttpRequest, user: User) -> Reader | None:
    """The reader with the chosen account, her own or the first; None when there is none."""
    at = clock.now()
    accounts = accounts_of(user, at)
    if not accounts:
        return None
    chosen = request.session.get(CHOSEN)
    account = next((each for each in accounts if str(each.holder_id) == chosen), accounts[0])
    return _reader(user, account, accounts, at)


def accounts_of(user: User, at: datetime) -> tuple[Account, ...]:
    """The reader's own account, then those of the minors whose guardian she is, by name."""
    own = Account.objects.select_related("student__person").filter(student__person_id=user.person_id)
    wards = Account.objects.select_related("student__person").filter(student__in=wards_of(user.person_id, at))
    return (*own, *wards.order_by("student__person__name_pinyin", "id"))


def reader_with(reader: Reader, account_id: int) -> Reader:
    """The same reader with another of her accounts open; NotFound when it is not hers."""
    account = next((each for each in reader.accounts if each.pk == account_id), None)
    if account is None:
        raise NotFound
    return _reader(reader.user, account, reader.accounts, reader.at)


def choose(request: HttpRequest, reader: Reader, holder: str) -> None:
    """Open another of the reader's accounts; NotFound when it is not hers."""
    if holder not in {str(each.holder_id) for each in reader.accounts}:
        raise NotFound
    request.session[CHOSEN] = holder


def show(
    request: HttpRequest,
    reader: Reader,
    template: str,
    current: str,
    context: dict[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page inside the portal's shell: navigation, bell, and who is open."""
    unread = unread_count(reader.user.person_id)
    running = Redemption.objects.open().filter(account=reader.account).count()
    shell = {
        "reader": reader,
        "nav": student_nav(current, running=running, unread=unread, choices=len(reader.accounts)),
        "inbox_url": reverse("student:inbox"),
        "inbox_unread": unread,
    }
    return render(request, f"student/{template}.html", {**shell, **(context or {})}, status=status)


def no_passbook(request: HttpRequest, user: User) -> HttpResponse:
    """The login is nobody's student and nobody's guardian (yet): say what it can do.

    At any other address than the first page nothing was found.
    """
    at = clock.now()
    context = {
        "office": holds_office(user.person_id, at),
        "institution": holds_post(user.person_id, at),
        "openings": AccountOpening.objects.filter(guardian_id=user.person_id).order_by("-id")[:10],
        "inbox_url": reverse("student:inbox"),
        "inbox_unread": unread_count(user.person_id),
    }
    arrived = request.resolver_match is not None and request.resolver_match.url_name == "passbook"
    return render(request, "student/no_passbook.html", context, status=200 if arrived else 404)


def back_to(name: str, *args: str) -> HttpResponseRedirect:
    """After a POST: to a page of this portal."""
    return HttpResponseRedirect(reverse(f"student:{name}", args=args))


def _reader(user: User, account: Account, accounts: tuple[Account, ...], at: datetime) -> Reader:
    return Reader(user, account, "student" if _owned(account, user) else "guardian", accounts, at)


def _owned(account: Account, user: User) -> bool:
    return account.student.person_id == user.person_id
