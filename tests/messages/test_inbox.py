"""A message is words and plain facts; only its reader sees it and marks it as read."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from creditbank.errors import NotFound
from creditbank.messages.actions import inbox_of, mark_all_read, mark_read, send, unread_count
from creditbank.messages.templates import Template, known_codes, register, template

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def tell(*people: int, number: str = "KH-2026-000001", at: datetime = AT) -> int:
    return send(to=people, template_code="people.opened", at=at, params={"number": number}, link="/me/")


def test_a_message_reaches_each_person_once_in_words() -> None:
    assert tell(1, 2, 2) == 2
    (message,) = inbox_of(2)
    assert message.subject == "户口已开立"
    assert "KH-2026-000001" in message.text
    assert (message.link, message.created_at, message.read) == ("/me/", AT, False)
    assert inbox_of(3) == []


def test_the_newest_stands_first_and_pages_follow_each_other() -> None:
    for hour in range(3):
        tell(1, number=f"KH-2026-00000{hour}", at=AT + timedelta(hours=hour))
    numbers = [message.text.split()[1] for message in inbox_of(1)]
    assert numbers == ["KH-2026-000002", "KH-2026-000001", "KH-2026-000000"]
    assert [message.text.split()[1] for message in inbox_of(1, offset=1, limit=1)] == ["KH-2026-000001"]


def test_reading_is_marked_once_and_only_by_the_reader() -> None:
    tell(1)
    message = inbox_of(1)[0]
    with pytest.raises(NotFound):
        mark_read(person_id=2, message_id=message.id, at=LATER)
    assert unread_count(1) == 1
    assert mark_read(person_id=1, message_id=message.id, at=LATER).read
    assert unread_count(1) == 0
    assert inbox_of(1, unread_only=True) == []


def test_all_can_be_marked_at_once() -> None:
    tell(1, 2)
    tell(1)
    assert mark_all_read(person_id=1, at=LATER) == 2
    assert (unread_count(1), unread_count(2)) == (0, 1)


def test_the_words_come_in_the_readers_language() -> None:
    register(Template("tests.plain", "是", "是"))
    send(to=1, template_code="tests.plain", at=AT)
    with translation.override("zh-hans"):
        assert inbox_of(1)[0].text == "是"


def test_a_template_that_nobody_registered_or_a_missing_fact_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        send(to=1, template_code="tests.unknown", at=AT)
    with pytest.raises(KeyError):
        send(to=1, template_code="people.opened", at=AT)
    assert inbox_of(1) == []


def test_a_link_never_leads_to_another_site() -> None:
    for link in ("https://example.org/", "//example.org/"):
        with pytest.raises(ValueError, match="path"):
            send(to=1, template_code="people.opened", at=AT, params={"number": "1"}, link=link)


def test_one_code_has_one_meaning() -> None:
    register(template("people.opened"))
    with pytest.raises(ValueError, match=r"people\.opened"):
        register(Template("people.opened", "别的", "别的"))
    assert "people.opened" in known_codes()
