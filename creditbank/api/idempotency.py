"""Idempotency-Key: a request that is sent twice is done once, and answered twice in the same words.

The key, the change and the answer are written in one transaction; of two that come at once the second waits for the
first. A refusal keeps no key, so it may be tried again with the same one. Answers are kept for :data:`KEPT`.
"""

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema

from creditbank import clock
from creditbank.api.callers import caller
from creditbank.api.models import GivenAnswer
from creditbank.errors import AlreadyDone, CreditBankError, InvalidInput
from creditbank.institutions.rights import KeyActor
from creditbank.ledger.retrying import retrying

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
LONGEST_KEY: Final = 255
KEPT: Final = timedelta(days=3)


def once(
    request: HttpRequest,
    status: int,
    change: Callable[[], Schema | None],
    *,
    content: bytes | None = None,
    told_once: Collection[str] = (),
) -> HttpResponse:
    """Do ``change`` and answer with what it returns (nothing, for 204); with an Idempotency-Key, at most once.

    ``content`` stands for the request's body where that is a file. Fields in ``told_once`` are secrets: they are in the
    first answer alone and never kept. Raises ``AlreadyDone`` when the key was used for another request,
    ``InvalidInput`` for a key that is no key.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return _answer(retrying(lambda: _plain(change())), status)
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise InvalidInput("Idempotency-Key 须为 1 到 255 个可见的 ASCII 字符。", field=HEADER)
    asked = _digest(request.method or "", request.get_full_path(), content if content is not None else request.body)
    once_only = _Once(_caller_name(request), _digest(key), asked, status, frozenset(told_once))
    return retrying(lambda: once_only.answer(change))


def sweep_answers(at: datetime) -> int:
    """Forget answers that were given long ago; returns how many rows."""
    return GivenAnswer.objects.filter(given_at__lt=at - KEPT).delete()[0]


class _Once:
    """One request of one caller under one key."""

    def __init__(self, who: str, key: str, asked: str, status: int, told_once: frozenset[str]) -> None:
        self._who, self._key, self._asked = who, key, asked
        self._status, self._told_once = status, told_once

    def answer(self, change: Callable[[], Schema | None]) -> HttpResponse:
        """The answer of the change, or the answer that was given before."""
        refusal: CreditBankError | None = None
        body: dict[str, object] = {}
        try:
            with transaction.atomic():
                at = clock.now()
                GivenAnswer.objects.filter(caller=self._who, given_at__lt=at - KEPT).delete()
                given = GivenAnswer.objects.create(
                    caller=self._who, key=self._key, request=self._asked, status=self._status, given_at=at
                )
                try:
                    body = _plain(change())
                    given.body = {name: None if name in self._told_once else value for name, value in body.items()}
                    given.save(update_fields=["body"])
                except CreditBankError as error:
                    # What the action itself keeps of a refusal (a suspected duplicate, say) stays; the key does not.
                    refusal = error
                    given.delete()
        except IntegrityError:
            earlier = GivenAnswer.objects.filter(caller=self._who, key=self._key).first()
            if earlier is None:
                raise
            return self._replay(earlier)
        if refusal is not None:
            raise refusal
        return _answer(body, self._status)

    def _replay(self, earlier: GivenAnswer) -> HttpResponse:
        if earlier.request != self._asked:
            raise AlreadyDone(
                "这个 Idempotency-Key 已经用于另一个请求，请换一个。", code="idempotency-key-used", field=HEADER
            )
        response = _answer(earlier.body, earlier.status)
        response[REPLAYED] = "true"
        return response


def _plain(answer: Schema | None) -> dict[str, object]:
    if answer is None:
        return {}
    plain: dict[str, object] = json.loads(answer.model_dump_json())
    return plain


def _answer(body: object, status: int) -> HttpResponse:
    response: HttpResponse = HttpResponse(status=status)
    if status != HTTPStatus.NO_CONTENT:
        response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def _caller_name(request: HttpRequest) -> str:
    actor = caller(request)
    who = f"person:{actor.person_id}"
    return f"{who} key:{actor.institution_id}:{_digest(actor.name)[:16]}" if isinstance(actor, KeyActor) else who


def _digest(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        plain = part.encode() if isinstance(part, str) else part
        digest.update(len(plain).to_bytes(8) + plain)
    return digest.hexdigest()
