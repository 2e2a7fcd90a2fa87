"""Objections by everybody, without a login: limited, as the balance query is, and followed by number and code.

An objection freezes what it names, so a person must be shown to be asking after the first few. The counts name no
address, only keyed digests; every count stands outside the transaction that a refusal would roll back.
"""

from datetime import datetime, timedelta
from typing import Final

from creditbank.audit.actor import PUBLIC, Actor
from creditbank.errors import Busy, InvalidInput, NotFound
from creditbank.limits.counting import count_up
from creditbank.notices.actions import Filed, file_objection, follow_objection
from creditbank.notices.models import NoticeLine, Objection

FILED_PER_HOUR: Final = 10
FILED_UNPROVED: Final = 2
FILED_ON_SITE: Final = 500
LOOKS: Final = 20
LOOKS_ON_SITE: Final = 3_000
HOUR: Final = timedelta(hours=1)
WINDOW: Final = timedelta(minutes=10)


def object_publicly(
    *,
    line: NoticeLine,
    text: str,
    contact: str,
    source: str,
    at: datetime,
    human_checked: bool = False,
    actor: Actor = PUBLIC,
) -> Filed:
    """File an objection for whoever asks from the address ``source``.

    Busy (``too-many-objections``) beyond ten an hour from one source or 500 on the site; InvalidInput (``human-check``)
    from the third on when no person was shown to be asking. Otherwise as :func:`file_objection`.
    """
    mine = count_up(f"objection:{source}", at=at, until=at + HOUR)
    everybody = count_up("objection", at=at, until=at + HOUR)
    if mine > FILED_PER_HOUR or everybody > FILED_ON_SITE:
        raise Busy("异议提交过于频繁，请一小时后再试。", code="too-many-objections")
    if mine > FILED_UNPROVED and not human_checked:
        raise InvalidInput("请先完成人工验证，再提交。", code="human-check", field="human_check")
    return file_objection(line=line, text=text, contact=contact, at=at, actor=actor)


def follow_publicly(*, number: str, code: str, source: str, at: datetime) -> Objection | None:
    """The objection that number and code name; ``None`` for every kind of miss. Busy beyond 20 looks in ten minutes."""
    mine = count_up(f"objection-look:{source}", at=at, until=at + WINDOW)
    everybody = count_up("objection-look", at=at, until=at + WINDOW)
    if mine > LOOKS or everybody > LOOKS_ON_SITE:
        raise Busy("查询过于频繁，请十分钟后再试。", code="too-many-queries")
    try:
        return follow_objection(number=number, code=code)
    except NotFound:
        return None
