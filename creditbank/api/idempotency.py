"""Idempotency-Key: a request that is sent twice is done once, and answered twice in the same words.

The key, the change and the answer are written in one transaction. A refusal writes nothing, so it may be tried again.
"""

import hashlib
import json
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema

from creditbank import clock
from creditbank.api.callers import caller
from creditbank.api.models import GivenAnswer
from creditbank.errors import AlreadyDone, InvalidInput
from creditbank.institutions.rights import KeyActor
from creditbank.ledger.retrying import retrying

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


def once(
    request: HttpRequest, status: int, change: Callable[[], Schema], *, content: bytes | None = None
) -> HttpResponse:
    """Do ``change`` and answer with what it returns; with an Idempotency-Key, at most once.

    ``content`` stands for the request's body where that is a file. Raises ``AlreadyDone`` when the key was used for
    another request, ``InvalidInput`` for a key that is no key.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return JsonResponse(retrying(lambda: _done(change)), status=status)
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise InvalidInput("Idempotency-Key 须为 1 到 255 个可见的 ASCII 字符。", field=HEADER)
    asked = _digest(request.method or "", request.get_full_path(), content if content is not None else request.body)
    return retrying(lambda: _once(request, _digest(key), asked, status, change))


def _done(change: Callable[[], Schema]) -> dict[str, object]:
    plain: dict[str, object] = json.loads(change().model_dump_json())
    return plain


def _once(request: HttpRequest, key: str, asked: str, status: int, change: Callable[[], Schema]) -> HttpResponse:
    who = _caller_name(request)
    try:
        with transaction.atomic():
            given = GivenAnswer.objects.create(caller=who, key=key, request=asked, given_at=clock.now())
            given.status, given.body = status, _done(change)
            given.save(update_fields=["status", "body"])
    except IntegrityError:
        earlier = GivenAnswer.objects.filter(caller=who, key=key).first()
        if earlier is None:
            raise
        if earlier.request != asked:
            raise AlreadyDone("这个 Idempotency-Key 已经用于另一个请求，请换一个。", field=HEADER) from None
        response = JsonResponse(earlier.body, status=earlier.status)
        response["Idempotent-Replayed"] = "true"
        return response
    return JsonResponse(given.body, status=status)


def _caller_name(request: HttpRequest) -> str:
    actor = caller(request)
    return f"key:{actor.institution_id}:{actor.name}" if isinstance(actor, KeyActor) else f"person:{actor.person_id}"


def _digest(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        plain = part.encode() if isinstance(part, str) else part
        digest.update(len(plain).to_bytes(8) + plain)
    return digest.hexdigest()
