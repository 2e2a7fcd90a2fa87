"""What an applicant wrote, for those who compare it with the original; each look is recorded.

A reviewer of the office may see it in clear. Staff of the institution that a family chose see name and birth date, the
number of the paper only masked: they read it off the original.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.people.access import REVEAL
from creditbank.people.applications import number_place
from creditbank.people.counters import require_counter
from creditbank.people.models import AccountOpening
from creditbank.people.rights import require_office
from creditbank.vault.sealing import Sealed, unseal


@transaction.atomic
def reveal_application(
    *, actor: Actor, at: datetime, opening: AccountOpening, fields: Iterable[str]
) -> Mapping[str, str]:
    """The asked fields (of ``name birth_date document_number phone``) of an application that waits, and a record.

    An office reviewer who did not apply herself. Conflict when the application has ended: what it held is emptied or
    lives with the person, whose data need a reason of their own.
    """
    reviewer = require_office(actor, "reviewer", at=at)
    if reviewer in {opening.submitted_by_id, opening.guardian_id}:
        raise NotAllowed("不能审核自己提交的申请。", code="same-person", clause="M-4")
    asked = sorted(set(fields))
    if not asked or not set(_READERS).issuperset(asked):
        raise InvalidInput("请选择要查阅的资料项。", field="fields")
    if opening.state != AccountOpening.State.SUBMITTED:
        raise Conflict("这份申请已经办结。", code="opening-decided")
    record(
        actor=actor,
        at=at,
        action=REVEAL,
        subject_kind="opening",
        subject_id=opening.number,
        clause="M-4",
        fields=asked,
        refs={"reason": "case", "case": opening.number},
    )
    return {name: _READERS[name](opening) for name in asked}


@transaction.atomic
def look_at_chosen(*, actor: Actor, at: datetime, opening: AccountOpening) -> None:
    """Note that staff of the chosen institution look at an application that was sent online and waits there.

    NotAllowed for anybody else; Conflict when it has ended: there is nothing to compare any more.
    """
    require_counter(actor, opening.originals_at)
    if opening.state != AccountOpening.State.SUBMITTED:
        raise Conflict("这份申请已经办结。", code="opening-decided")
    record(
        actor=actor,
        at=at,
        action=REVEAL,
        subject_kind="opening",
        subject_id=opening.number,
        clause="M-10",
        fields=["birth_date", "name"],
        refs={"reason": "counter", "institution": opening.originals_at},
    )


def _number(opening: AccountOpening) -> str:
    return unseal(Sealed(opening.key_id, bytes(opening.number_encrypted or b"")), number_place(opening, "number"))


def _phone(opening: AccountOpening) -> str:
    if not opening.phone_encrypted:
        return ""
    return unseal(Sealed(opening.key_id, bytes(opening.phone_encrypted)), number_place(opening, "phone"))


_READERS: Final[Mapping[str, Callable[[AccountOpening], str]]] = {
    "name": lambda opening: opening.name,
    "birth_date": lambda opening: opening.birth_date.isoformat() if opening.birth_date else "",
    "document_number": _number,
    "phone": _phone,
}
