"""Verbs of the inbox: send, read, mark as read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from creditbank.errors import NotFound
from creditbank.messages.models import InboxMessage
from creditbank.messages.templates import fill, template

PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as its reader sees it, in the language of the moment."""

    id: int
    subject: str
    text: str
    link: str
    created_at: datetime
    read: bool


def send(
    *,
    to: int | Iterable[int],
    template_code: str,
    at: datetime,
    params: Mapping[str, str | int] | None = None,
    link: str = "",
) -> int:
    """Put a message into the inbox of one or more persons (ids) and return to how many it went.

    ``link`` is a path of this site. KeyError when the template, or a place in its words, is unknown: that is a
    mistake of the caller, found by its first test. A person named twice gets one message.
    """
    words = template(template_code)
    values = dict(params or {})
    for msgid in (words.subject, words.text):
        _ = msgid % values
    if link and (not link.startswith("/") or link.startswith("//")):
        message = "A link in a message is a path of this site."
        raise ValueError(message)
    people = {to} if isinstance(to, int) else set(to)
    InboxMessage.objects.bulk_create(
        InboxMessage(person_id=person, template=template_code, params=values, link=link, created_at=at)
        for person in sorted(people)
    )
    return len(people)


def inbox_of(person_id: int, *, unread_only: bool = False, offset: int = 0, limit: int = PAGE) -> list[Shown]:
    """A page of a person's messages, newest first, in words."""
    rows = InboxMessage.objects.filter(person_id=person_id)
    if unread_only:
        rows = rows.filter(read_at=None)
    return [_shown(row) for row in rows[offset : offset + limit]]


def unread_count(person_id: int) -> int:
    """How many messages the person has not read."""
    return InboxMessage.objects.filter(person_id=person_id, read_at=None).count()


def mark_read(*, person_id: int, message_id: int, at: datetime) -> Shown:
    """Mark one message as read by its own reader; NotFound when it is somebody else's. The first time stays."""
    message = InboxMessage.objects.filter(pk=message_id, person_id=person_id).first()
    if message is None:
        raise NotFound("没有这条消息。")
    if message.read_at is None:
        message.read_at = at
        message.save(update_fields=["read_at"])
    return _shown(message)


def mark_all_read(*, person_id: int, at: datetime) -> int:
    """Mark every message of a person as read; returns how many were new."""
    return InboxMessage.objects.filter(person_id=person_id, read_at=None).update(read_at=at)


def _shown(row: InboxMessage) -> Shown:
    words = template(row.template)
    return Shown(
        id=row.pk,
        subject=fill(words.subject, row.params),
        text=fill(words.text, row.params),
        link=row.link,
        created_at=row.created_at,
        read=row.read_at is not None,
    )
