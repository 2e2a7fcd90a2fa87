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
from creditbank.institutions.rights import KeyActor, require_scope
from creditbank.people.actors import acting_as
from creditbank.people.guardians import wards_of
from creditbank.people.models import User

PERSON: Final = "person"


class KeyCaller(HttpBearer):
    """``Authorization: Bearer <key>``: an institution's own system, which acts as a clerk, in the scopes of its key."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> KeyActor | None:
        """The system behind the key; ``None`` for a key that is unknown, revoked or expired.

        Raises ``NotAllowed`` (``scope-missing``) for a good key without the scope of this operation.
        """
        actor = key_actor(token)
        if actor is not None:
            require_scope(actor, self.scope)
        return actor


class SessionCaller(APIKeyCookie):
    """The session cookie of a person who has logged in; what changes something needs the CSRF token too."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        # Without a session nobody is known, so there is nothing that a CSRF token could protect: 401, not 403.
        if "Authorization" in request.headers or self.param_name not in request.COOKIES:
            return None
        return super()._get_key(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """The person behind the session."""
        user = request.user
        if key is None or not isinstance(user, User) or not user.is_authenticated:
            return None
        return acting_as(user.person, PERSON)


class PersonCaller(SessionCaller):
    """The session of a person, for what no key may do: to agree, to approve, to review, to decide."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """The person behind the session; raises ``NotAllowed`` (``person-needed``) for a good key."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and key_actor(token) is not None:
            raise NotAllowed("这一项须由本人登录办理，接口密钥不能代办。", code="person-needed")
        return super().authenticate(request, key)


def key_actor(token: str) -> KeyActor | None:
    """The system behind a key; ``None`` for anything that is no usable key."""
    if not token.isascii() or not token.isprintable():
        return None
    try:
        return authenticate_api_key(token, at=clock.now())
    except NotAllowed:
        return None


def key_or_person(scope: str) -> list[KeyCaller | SessionCaller]:
    """Who may knock at an operation that an institution's system may use, too: a key with the scope, or a session."""
    return [KeyCaller(scope), SessionCaller()]


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
