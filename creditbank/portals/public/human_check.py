"""A small question that a person answers and a script that knows nothing of the page does not: without pictures,
without JavaScript, without anybody else's server. It slows guessing down; the limits per source and card stop it.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from creditbank import clock
from creditbank.limits.counting import claim

_SALT: Final = "creditbank.portals.human-check"
_LIFE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the signed token that the form sends back with the answer."""

    words: str
    token: str


def new_question() -> Question:
    """A fresh sum of two small numbers."""
    first, second = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    nonce = secrets.token_hex(8)
    words = _("%(first)s 加 %(second)s 等于几？") % {"first": first, "second": second}
    return Question(words, signing.dumps([nonce, _answer_mark(nonce, str(first + second))], salt=_SALT))


def answered(token: str, answer: str) -> bool:
    """Whether the answer fits the token, within ten minutes and for the first time."""
    try:
        nonce, mark = signing.loads(token, salt=_SALT, max_age=_LIFE)
    except signing.BadSignature:
        return False
    fits = secrets.compare_digest(str(mark), _answer_mark(str(nonce), answer.strip()))
    at = clock.now()
    return fits and claim(f"human-check:{nonce}", at=at, until=at + _LIFE)


def _answer_mark(nonce: str, answer: str) -> str:
    return salted_hmac(_SALT, f"{nonce}:{answer}", algorithm="sha256").hexdigest()
