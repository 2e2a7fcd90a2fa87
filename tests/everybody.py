"""The whole cast, each with a login: for tests of pages and of the API, where it matters who knocks.

``everybody.at_door("clerk")`` is a browser that is logged in as the clerk, second factor set up; ``"public"`` is one
that is not logged in. The roles of :data:`ROLES` are the table of every outsider test: all who are not meant are tried.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from creditbank.audit.actor import PUBLIC, Actor
from creditbank.people.actors import acting_as
from creditbank.people.models import OfficeRole, Person, User
from creditbank.people.rights import appoint_office
from creditbank.people.second_factor import enrol_totp, second_factor_required
from tests.cast import AT, Cast, Pupil, gather_cast, person, person_of, pupil

# A Base32 secret of the tests; the six digits follow from it and the clock.
TOTP_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
ROLES: Final = (
    "public",
    "outsider",
    "student",
    "guardian",
    "adult",
    "clerk",
    "approver",
    "other_clerk",
    "reviewer",
    "decider",
    "hotline",
    "auditor",
    "admin",
)


@dataclass(frozen=True)
class Everybody:
    """The shared cast, and who the pages need besides: each role of :data:`ROLES` as an actor."""

    cast: Cast
    adult: Pupil
    actors: dict[str, Actor]

    def actor(self, role: str) -> Actor:
        """Who acts in this role."""
        return self.actors[role]

    def user(self, role: str) -> User:
        """The login of this role, made at the first wish, with the second factor that its duties ask."""
        who = person_of(self.actors[role])
        user, made = User.objects.get_or_create(
            person=who, defaults={"username": role.replace("_", "-"), "created_at": AT}
        )
        if made and second_factor_required(user, AT):
            enrol_totp(user, TOTP_SECRET)
        return user

    def at_door(self, role: str) -> Client:
        """A browser, logged in as this role."""
        client = Client()
        if role != "public":
            log_in(client, self.user(role))
        return client


def log_in(client: Client, user: User, *, second_factor: bool = True) -> None:
    """Log in past the forms; by default as after the second step, too."""
    client.force_login(user, backend=BACKEND)
    if second_factor:
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": 0}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()


def gather_everybody() -> Everybody:
    """Make everybody in the database."""
    cast = gather_cast()
    adult = pupil("成年学生", date(2004, 5, 4), 998)
    outsider = person("局外人")
    return Everybody(
        cast=cast,
        adult=adult,
        actors={
            "public": PUBLIC,
            "outsider": acting_as(outsider, "guardian"),
            "student": acting_as(cast.student.account.student.person, "student"),
            "guardian": acting_as(cast.guardian, "guardian"),
            "adult": acting_as(adult.account.student.person, "student"),
            "clerk": cast.clerk,
            "approver": cast.approver,
            "other_clerk": cast.other_clerk,
            "reviewer": cast.reviewer,
            "decider": _officer(cast, "核准甲", OfficeRole.Role.DECIDER),
            "hotline": _officer(cast, "坐席甲", OfficeRole.Role.HOTLINE),
            "auditor": _officer(cast, "审计甲", OfficeRole.Role.AUDITOR),
            "admin": cast.admin,
        },
    )


def _officer(cast: Cast, name: str, role: OfficeRole.Role) -> Actor:
    someone: Person = person(name)
    appoint_office(actor=cast.admin, at=AT, person=someone, role=role)
    return acting_as(someone, role.value)
