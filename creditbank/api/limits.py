"""How often one caller may ask: a bounded count a minute for each key, each person and each nameless source.

The counts live in the cache, under keyed digests, and are forgotten with the minute. Each server process counts for
itself; the balance query has its own limits in the database (:mod:`creditbank.people.balance_query`).
"""

from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from creditbank import clock
from creditbank.audit.actor import Actor
from creditbank.institutions.rights import KeyActor
from creditbank.vault.sealing import keyed_digest

WINDOW_SECONDS: Final = 60


class CallerThrottle(BaseThrottle):
    """At most ``API_REQUESTS_PER_MINUTE`` requests in a minute of the clock."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count this request; whether it is still within the limit."""
        window = int(clock.now().timestamp()) // WINDOW_SECONDS
        place = f"api:{keyed_digest('api-caller', _who(request))}:{window}"
        if cache.add(place, 1, timeout=2 * WINDOW_SECONDS):
            return True
        try:
            return bool(cache.incr(place) <= settings.API_REQUESTS_PER_MINUTE)
        except ValueError:
            # The count went out of the cache between the two: it begins anew.
            return True

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW_SECONDS - clock.now().timestamp() % WINDOW_SECONDS


def _who(request: HttpRequest) -> str:
    found: object = getattr(request, "auth", None)
    if isinstance(found, KeyActor):
        return f"key:{found.institution_id}:{found.person_id}:{found.name}"
    if isinstance(found, Actor):
        return f"person:{found.person_id}"
    return f"source:{request.META.get('REMOTE_ADDR', '')}"
