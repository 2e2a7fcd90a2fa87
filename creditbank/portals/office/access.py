"""Who sits at which desk of the office: the offices that a person holds now, asked of the database on every request.

Whoever holds none of the offices that a page is for gets the same 404 as for a page that does not exist. What the
offices may do is asked again by each action; pages only say beforehand why a button is shut.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from creditbank import clock
from creditbank.audit.actor import Actor
from creditbank.messages.actions import unread_count
from creditbank.people.actors import acting_as
from creditbank.people.models import OfficeRole, User
from creditbank.people.rights import offices_of
from creditbank.portals.office.navigation import office_nav
from creditbank.portals.office.work import BANDS, KINDS, counts_of, sources_for

Role = OfficeRole.Role
Given = ParamSpec("Given")
# Who reads the cases and registers; the auditor changes nothing.
READERS: Final = (Role.REVIEWER, Role.DECIDER, Role.ADMIN, Role.AUDITOR)
# Who may look an account up, masked.
LOOKERS: Final = (*READERS, Role.HOTLINE)
EVERYBODY: Final = tuple(Role)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits there: the login, the offices held now, the moment."""

    user: User
    roles: frozenset[str]
    at: datetime

    @property
    def person_id(self) -> int:
        """The person at the desk."""
        return self.user.person_id

    @property
    def today(self) -> date:
        """The civil date."""
        return clock.today(self.at)

    @property
    def role_words(self) -> str:
        """The offices in words."""
        return " · ".join(str(role.label) for role in Role if role in self.roles)

    def may(self, *roles: str) -> bool:
        """Whether the person holds one of these offices."""
        return not self.roles.isdisjoint(roles)

    def acting(self, *roles: str) -> Actor:
        """The person in the first of these offices that she holds, else in any of hers."""
        held = [role for role in roles if role in self.roles] or sorted(self.roles)
        return acting_as(self.user.person, str(held[0]))

    @property
    def reviewer(self) -> bool:
        """Whether she reviews."""
        return Role.REVIEWER in self.roles

    @property
    def decider(self) -> bool:
        """Whether she decides."""
        return Role.DECIDER in self.roles

    @property
    def officer(self) -> bool:
        """Whether she works on cases, as reviewer or decider."""
        return self.may(Role.REVIEWER, Role.DECIDER)

    @property
    def admin(self) -> bool:
        """Whether she administers."""
        return Role.ADMIN in self.roles

    @property
    def auditor(self) -> bool:
        """Whether she audits."""
        return Role.AUDITOR in self.roles

    @property
    def reader(self) -> bool:
        """Whether she may read cases and registers."""
        return self.may(*READERS)

    @property
    def looker(self) -> bool:
        """Whether she may look accounts up."""
        return self.may(*LOOKERS)


Page = Callable[Concatenate[HttpRequest, Desk, Given], HttpResponse]


def office_page(*roles: str) -> Callable[[Page[Given]], Callable[Concatenate[HttpRequest, Given], HttpResponse]]:
    """A page for people who hold one of ``roles`` now; 404 for everybody else who is logged in."""

    def wrap(view: Page[Given]) -> Callable[Concatenate[HttpRequest, Given], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
            return view(request, desk_of(request, *roles), *args, **kwargs)

        return login_required(guarded)

    return wrap


def desk_of(request: HttpRequest, *roles: str) -> Desk:
    """The desk of the person who asks; 404 when she holds none of ``roles``."""
    user, at = request.user, clock.now()
    if not isinstance(user, User):
        raise Http404
    desk = Desk(user, frozenset(offices_of(user.person_id, at)), at)
    if not desk.may(*roles):
        raise Http404
    return desk


def show(
    request: HttpRequest,
    desk: Desk,
    template: str,
    current: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page inside the portal's shell: navigation with the work that waits, and the bell."""
    sources = sources_for(desk.roles)
    counts = counts_of(sources, desk.at) if sources else None
    kinds = {source.kind for source in sources}
    shell = {
        "desk": desk,
        "dense": True,
        "counts": counts,
        "ages": [(code, label, counts.by_band[code]) for code, label, *_days in BANDS] if counts else [],
        "tabs": [(code, label, counts.of(code)) for code, label in KINDS if code in kinds] if counts else [],
        "nav": office_nav(current, roles=desk.roles, counts=counts),
        "inbox_url": reverse("office:messages"),
        "inbox_unread": unread_count(desk.person_id),
    }
    return render(request, f"office/{template}.html", {**shell, **(context or {})}, status=status)
