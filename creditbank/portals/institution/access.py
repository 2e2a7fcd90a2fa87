"""Whose desk it is: an institution, and one of its staff. Asked of the database on every request.

The institution's code stands in the address. Whoever has no post there gets the same 404 as for a code that does not
exist. What the roles may do is asked again by each action; pages only say beforehand why a button is shut.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from creditbank import clock
from creditbank.audit.actor import Actor
from creditbank.evaluation.models import CreditReturn, ReturnState
from creditbank.institutions.models import Institution, StaffRole
from creditbank.institutions.rights import staff_roles
from creditbank.messages.actions import unread_count
from creditbank.people.actors import acting_as
from creditbank.people.models import User
from creditbank.portals.institution.navigation import Waiting, institution_nav

Given = ParamSpec("Given")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits where: the login, the institution, the roles held there (``clerk``, ``approver``), the moment."""

    user: User
    institution: Institution
    roles: frozenset[str]
    posts: int
    at: datetime

    @property
    def code(self) -> str:
        """The institution's code, as it stands in every address."""
        return self.institution.code

    @property
    def person_id(self) -> int:
        """The person at the desk."""
        return self.user.person_id

    @property
    def actor(self) -> Actor:
        """The person in the role that prepares (clerk), or the only role held."""
        return acting_as(self.user.person, StaffRole.CLERK if self.is_clerk else StaffRole.APPROVER)

    @property
    def approver(self) -> Actor:
        """The person in the role that approves, where held."""
        return acting_as(self.user.person, StaffRole.APPROVER if self.is_approver else StaffRole.CLERK)

    @property
    def is_clerk(self) -> bool:
        """Whether she prepares returns."""
        return StaffRole.CLERK in self.roles

    @property
    def is_approver(self) -> bool:
        """Whether she approves returns and arranges staff and keys."""
        return StaffRole.APPROVER in self.roles

    @property
    def role_words(self) -> str:
        """The roles in words."""
        return " · ".join(str(role.label) for role in StaffRole if role in self.roles)

    @property
    def today(self) -> date:
        """The civil date."""
        return clock.today(self.at)

    @property
    def shut(self) -> str:
        """Why the institution can neither report nor serve now; empty when it can."""
        return "" if self.institution.may_report else _("本单位目前不在有效成员之列，只能查看，不能申报或受理。")

    @property
    def not_clerk(self) -> str:
        """Why the person can't do what clerks do here; empty when she can."""
        return self.shut or ("" if self.is_clerk else _("这一步由经办人员办理，您在本单位的角色是审批。"))

    @property
    def not_approver(self) -> str:
        """Why the person can't do what approvers do here; empty when she can."""
        return "" if self.is_approver else _("这一步由审批人员办理，您在本单位的角色是经办。")

    def url(self, name: str, *args: str | int) -> str:
        """The address of a page of this institution."""
        return reverse(f"institution:{name}", args=[self.code, *args])


Page = Callable[Concatenate[HttpRequest, Desk, Given], HttpResponse]


def desk_page(view: Page[Given]) -> Callable[..., HttpResponse]:
    """A page of one institution: with a login and a post there; 404 for everybody else."""

    @wraps(view)
    def guarded(request: HttpRequest, code: str, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        return view(request, desk_of(request, code), *args, **kwargs)

    return login_required(guarded)


def desk_of(request: HttpRequest, code: str) -> Desk:
    """The desk of the person at the institution with this code; 404 when she holds no post there."""
    user = request.user
    posts = staff_roles(user.person_id) if isinstance(user, User) else []
    roles = frozenset(post.role for post in posts if post.institution_code == code)
    if not roles or not isinstance(user, User):
        raise Http404
    institution = Institution.objects.get(code=code)
    return Desk(user, institution, roles, len({post.institution_id for post in posts}), clock.now())


def show(
    request: HttpRequest,
    desk: Desk,
    template: str,
    current: str,
    context: dict[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page inside the portal's shell: navigation with the work that waits, the bell, the institution."""
    waiting = waiting_of(desk)
    shell = {
        "desk": desk,
        "institution": desk.institution,
        "dense": True,
        "nav": institution_nav(desk.code, current, waiting=waiting, posts=desk.posts),
        "inbox_url": desk.url("inbox"),
        "inbox_unread": waiting.unread,
    }
    return render(request, f"institution/{template}.html", {**shell, **(context or {})}, status=status)


def waiting_of(desk: Desk) -> Waiting:
    """How much work waits for this person: returns to mend or submit (clerk), to approve (approver); messages."""
    mine = CreditReturn.objects.filter(institution=desk.institution)
    states: list[ReturnState] = []
    if desk.is_clerk:
        states += [ReturnState.FAULTY, ReturnState.READY, ReturnState.SENT_BACK]
    if desk.is_approver:
        states.append(ReturnState.SUBMITTED)
    return Waiting(returns=mine.filter(state__in=states).count(), unread=unread_count(desk.person_id))


def back_to(desk: Desk, name: str, *args: str | int) -> HttpResponseRedirect:
    """After a POST: to a page of this institution."""
    return HttpResponseRedirect(desk.url(name, *args))
