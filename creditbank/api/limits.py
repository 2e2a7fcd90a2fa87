"""How often one caller may ask: a bounded count a minute for each key, each person and each nameless source.

All server processes count together, in the database, under keyed digests; a count is forgotten with its minute. The
balance query has its own limits besides (:mod:`creditbank.people.balance_query`).
"""

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from creditbank import clock
from creditbank.audit.actor import Actor
from creditbank.institutions.rights import KeyActor
from creditbank.limits.counting import count_up
from creditbank.network import source_of

WINDOW_SECONDS: Final = 60


class CallerThrottle(BaseThrottle):
    """At most ``API_REQUESTS_PER_MINUTE`` requests in a minute of the clock."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count this request; whether it is still within the limit."""
        at = clock.now()
        window = int(at.timestamp()) // WINDOW_SECONDS
        ends = datetime.fromtimestamp((window + 1) * WINDOW_SECONDS, UTC)
        count = count_up(f"api:{window}:{_who(request)}", at=at, until=ends)
        return bool(count <= settings.API_REQUESTS_PER_MINUTE)

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW_SECONDS - clock.now().timestamp() % WINDOW_SECONDS


def _who(request: HttpRequest) -> str:
    found: object = getattr(request, "auth", None)
    if isinstance(found, KeyActor):
        return f"key:{found.institution_id}:{found.person_id}:{found.name}"
    if isinstance(found, Actor):
        return f"person:{found.person_id}"
    return f"source:{source_of(request)}"
