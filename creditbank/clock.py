"""The only place that asks what time it is.

Actions take ``at`` as an argument; faces and commands call :func:`now` once and hand it down. The alliance's civil
time is China Standard Time everywhere, so :func:`today` is the date in Shanghai.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CIVIL_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(at: datetime | None = None) -> date:
    """The civil date in China at the moment ``at`` (default: now)."""
    return (at or now()).astimezone(CIVIL_ZONE).date()
