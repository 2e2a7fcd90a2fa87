"""What everybody may ask without a login: a balance by card and paper (M-5), the published keys, the words in force."""

from base64 import b64encode
from datetime import date

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.views.decorators.debug import sensitive_variables
from ninja import Router, Schema
from pydantic import Field

from creditbank import clock
from creditbank.api.callers import SessionCaller, caller
from creditbank.api.problems import FAULTS, Problem
from creditbank.errors import NotFound
from creditbank.institutions.rights import staff_roles
from creditbank.ledger.books import balance_of
from creditbank.network import source_of
from creditbank.people.balance_query import query_account
from creditbank.people.consents import PRIVACY, current_text
from creditbank.people.models.consents import Purpose
from creditbank.people.names import mask_name
from creditbank.people.rights import offices_of
from creditbank.policy.amounts import format_hundredths
from creditbank.vault.signing import public_key_pem, public_keys

router = Router(tags=["public"])


class Asked(Schema):
    """The card's number and the number of an identity paper of its holder."""

    card_number: str = Field(max_length=40)
    document_number: str = Field(max_length=60)


class BalanceOut(Schema):
    """How the passbook stands; credits as decimal strings."""

    holder: str = Field(examples=["林**"])
    available: str
    held: str
    spent: str


class KeysOut(Schema):
    """The public keys that receipts are verified with: id → raw 32 bytes in Base64; ``pem`` is the current one."""

    algorithm: str
    current: str
    keys: dict[str, str]
    pem: str


class TextOut(Schema):
    """The words in force that are read (``privacy``) or agreed to, in both languages."""

    purpose: str
    version: str
    since: date
    zh: str
    en: str


class PostOut(Schema):
    """A role at an institution."""

    institution: str
    role: str


class SessionOut(Schema):
    """Who calls. ``csrf_token`` goes into the header X-CSRFToken of every write by session; a key needs none."""

    name: str
    offices: list[str]
    posts: list[PostOut]
    csrf_token: str


@router.post("/balance", auth=None, response={200: BalanceOut, FAULTS: Problem}, summary="余额查询 · Ask for a balance")
@sensitive_variables()
def balance(request: HttpRequest, asked: Asked) -> BalanceOut:
    """The balance for whoever holds card and paper. One neutral 404 for every miss; limits per source, card and site.

    After several misses a human check is asked for (``human-check``), which only the page can make.
    """
    account = query_account(
        at=clock.now(),
        source=source_of(request),
        card_number=asked.card_number,
        document_number=asked.document_number,
    )
    if account is None:
        raise NotFound("没有找到：卡号与证件号码不匹配，或户口不存在。")
    figures = balance_of(account.holder_id)
    return BalanceOut(
        holder=mask_name(account.student.person.name),
        available=format_hundredths(figures.available),
        held=format_hundredths(figures.held),
        spent=format_hundredths(figures.spent),
    )


@router.get("/keys", auth=None, response={200: KeysOut, FAULTS: Problem}, summary="公钥 · The published keys")
def keys(request: HttpRequest) -> KeysOut:
    """The Ed25519 keys of receipts, the current one first."""
    found = {key_id: b64encode(key.public_bytes_raw()).decode() for key_id, key in public_keys().items()}
    return KeysOut(algorithm="Ed25519", current=next(iter(found)), keys=found, pem=public_key_pem())


@router.get(
    "/texts", auth=None, response={200: list[TextOut], FAULTS: Problem}, summary="告知文本 · The words in force"
)
def texts(request: HttpRequest) -> list[TextOut]:
    """The privacy notice and the words of each consent, with the versions that an application cites."""
    at = clock.now()
    found = [current_text(purpose, at) for purpose in (PRIVACY, *Purpose.values)]
    return [
        TextOut(purpose=each.purpose, version=each.version, since=clock.today(each.valid_from), zh=each.zh, en=each.en)
        for each in found
    ]


@router.get(
    "/session", auth=SessionCaller(), response={200: SessionOut, FAULTS: Problem}, summary="我是谁 · Who one is"
)
def session(request: HttpRequest) -> SessionOut:
    """Who calls by session, her offices and posts today, and the CSRF token for writes."""
    actor = caller(request)
    assert actor.person_id is not None
    return SessionOut(
        name=actor.name,
        offices=offices_of(actor.person_id, clock.now()),
        posts=[PostOut(institution=post.institution_code, role=post.role) for post in staff_roles(actor.person_id)],
        csrf_token=get_token(request),
    )
