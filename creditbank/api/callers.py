"""Who calls: a person by her session, or an institution's system by its key; each becomes the actor of an action."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from creditbank import clock
from creditbank.audit.actor import Actor
from creditbank.errors import NotAllowed
from creditbank.institutions.actions import authenticate_api_key
from creditbank.institutions.rights import KeyActor
from creditbank.people.actors import acting_as
from creditbank.people.guardians import wards_of
from creditbank.people.models import User

PERSON: Final = "person"


class KeyCaller(HttpBearer):
    """``Authorization: Bearer <key>``: an institution's own system, in the scopes of its key."""

    def authenticate(self, request: HttpRequest, token: str) -> KeyActor | None:
        """The system behind the key; ``None`` for a key that is unknown, revoked or expired."""
        try:
            return authenticate_api_key(token, at=clock.now())
        except NotAllowed:
            return None


class SessionCaller(APIKeyCookie):
    """The session cookie of a person who has logged in; what changes something needs the CSRF token too."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """The person behind the session."""
        user = request.user
        return acting_as(user.person, PERSON) if isinstance(user, User) and user.is_authenticated else None


def caller(request: HttpRequest) -> Actor:
    """The actor of an authenticated request."""
    found: object = getattr(request, "auth", None)
    if not isinstance(found, Actor):
        raise NotAllowed
    return found


def caller_as(request: HttpRequest, role: str) -> Actor:
    """The actor in one capacity: a person's session takes the role's name, a key stays what it is."""
    found = caller(request)
    return found if isinstance(found, KeyActor) else Actor(found.person_id, found.name, role)


def people_of(actor: Actor, at: datetime) -> list[int]:
    """The persons whose books the actor may open as her own: herself and the minors whose guardian she is."""
    if actor.person_id is None or isinstance(actor, KeyActor):
        return []
    return [actor.person_id, *(ward.person_id for ward in wards_of(actor.person_id, at))]
