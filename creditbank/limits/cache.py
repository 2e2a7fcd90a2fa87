"""Django's cache on the shared table, for what the login library keeps there: tries, locks and used codes.

A cache of each process would let every process have its own five tries. Values are JSON, never pickled objects, and
are read back in the types of JSON. Nothing large belongs here: it is no cache for speed.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from creditbank import clock
from creditbank.limits.counting import claim, digest_of
from creditbank.limits.models import SharedCount

_FOR_EVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
Timeout = float | int | None


class SharedCache(BaseCache):
    """``add`` is exact across processes; the others are single statements."""

    def __init__(self, server: str, params: Mapping[str, object]) -> None:
        super().__init__(dict(params))

    def add(
        self, key: str, value: object, timeout: Timeout | object = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Set the value when there is none; whether it was set."""
        at = clock.now()
        return claim(
            self.make_and_validate_key(key, version), at=at, until=self._until(timeout, at), value=json.dumps(value)
        )

    def get(self, key: str, default: object = None, version: int | None = None) -> object:
        """The value, or ``default`` when there is none (any more)."""
        name = digest_of(self.make_and_validate_key(key, version))
        found = SharedCount.objects.filter(key=name, expires_at__gt=clock.now()).values_list("value", flat=True).first()
        return default if found is None else json.loads(found or "null")

    def set(
        self, key: str, value: object, timeout: Timeout | object = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Set the value, whatever was there."""
        at = clock.now()
        row = SharedCount(
            key=digest_of(self.make_and_validate_key(key, version)),
            number=1,
            value=json.dumps(value),
            expires_at=self._until(timeout, at),
        )
        SharedCount.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["key"], update_fields=["number", "value", "expires_at"]
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        """Take the value away; whether there was one."""
        name = digest_of(self.make_and_validate_key(key, version))
        return SharedCount.objects.filter(key=name).delete()[0] > 0

    def clear(self) -> None:
        """Take everything away, the limits of all processes too."""
        SharedCount.objects.all().delete()

    def _until(self, timeout: Timeout | object, at: datetime) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return _FOR_EVER if not isinstance(seconds, int | float) else at + timedelta(seconds=seconds)
