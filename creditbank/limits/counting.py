"""Count and claim, in one statement each, so that two processes never read the same number.

Every call must stand outside a transaction that a refusal would roll back: the count would go with it.
"""

from datetime import datetime
from typing import Final

from django.db import connection

from creditbank.limits.models import SharedCount
from creditbank.vault.sealing import keyed_digest

# One row, one statement, both engines. A row that has run out begins anew; the second parameter is the moment.
_COUNT: Final = """
INSERT INTO creditbank_sharedcount (key, number, value, expires_at) VALUES (%(key)s, 1, '', %(until)s)
ON CONFLICT (key) DO UPDATE SET
    number = CASE WHEN creditbank_sharedcount.expires_at <= %(at)s THEN 1 ELSE creditbank_sharedcount.number + 1 END,
    expires_at = CASE WHEN creditbank_sharedcount.expires_at <= %(at)s
        THEN excluded.expires_at ELSE creditbank_sharedcount.expires_at END
RETURNING number
"""
_CLAIM: Final = """
INSERT INTO creditbank_sharedcount (key, number, value, expires_at) VALUES (%(key)s, 1, %(value)s, %(until)s)
ON CONFLICT (key) DO UPDATE SET number = 1, value = excluded.value, expires_at = excluded.expires_at
    WHERE creditbank_sharedcount.expires_at <= %(at)s
RETURNING number
"""
_SWEPT_AT_ONCE: Final = 20_000


def count_up(name: str, *, at: datetime, until: datetime) -> int:
    """Count one more of ``name`` and return how many there are now; the first one sets until when they count."""
    parameters = {"key": digest_of(name), "at": _stored(at), "until": _stored(until)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, parameters)
        row: tuple[int] = cursor.fetchone()
    return row[0]


def claim(name: str, *, at: datetime, until: datetime, value: str = "") -> bool:
    """Take ``name`` for oneself until a moment; of all who try, in any process, exactly one is told True."""
    parameters = {"key": digest_of(name), "at": _stored(at), "until": _stored(until), "value": value}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, parameters)
        return cursor.fetchone() is not None


def digest_of(name: str) -> str:
    """What stands in the table for a name: it may hold an address or a user's number, the table does not."""
    return keyed_digest("shared-count", name)


def sweep_counts(at: datetime) -> int:
    """Forget what has run out (a bounded number at once); returns how many rows."""
    over = SharedCount.objects.filter(expires_at__lte=at).values_list("key", flat=True)[:_SWEPT_AT_ONCE]
    return SharedCount.objects.filter(key__in=over).delete()[0]


def _stored(moment: datetime) -> str | None:
    """As the engine wants it in a statement of one's own."""
    return connection.ops.adapt_datetimefield_value(moment)
