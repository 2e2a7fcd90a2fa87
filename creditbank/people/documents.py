"""Identity documents and telephone numbers in the database: stored sealed, found by index, read in one place."""

import re
import unicodedata
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction

from creditbank import ids
from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, InvalidInput, NotFound
from creditbank.people.identity_documents import Document, mask, parse_document
from creditbank.people.models import ContactPhone, IdentityDocument, Person
from creditbank.vault.sealing import Place, Sealed, blind_index, seal, unseal

DOCUMENT_TABLE: Final = "identity_document"
PHONE_TABLE: Final = "contact_phone"
_PHONE: Final = re.compile(r"\+?\d{7,15}")


def document_index(document: Document) -> str:
    """The blind index of a checked document."""
    return blind_index(document.group, document.comparison_key)


def store_document(*, person: Person, document: Document, at: datetime) -> IdentityDocument:
    """Seal and keep a person's document.

    The same number of the same person is kept once (a resident ID and the 学籍号 made from it are the same number);
    Conflict when somebody else has it.
    """
    index = document_index(document)
    known = IdentityDocument.objects.filter(kind_group=document.group, blind_index=index, current=True).first()
    if known is not None:
        if known.person_id != person.pk:
            raise document_taken()
        return known
    row_key = ids.uuid7()
    sealed = seal(document.canonical, Place(DOCUMENT_TABLE, str(row_key), "number"))
    try:
        with transaction.atomic():
            return IdentityDocument.objects.create(
                id=row_key,
                person=person,
                kind=document.kind.value,
                kind_group=document.group.value,
                number_encrypted=sealed.data,
                key_id=sealed.key_id,
                blind_index=index,
                masked=mask(document.canonical),
                recorded_at=at,
            )
    except IntegrityError:
        raise document_taken() from None


def document_taken() -> Conflict:
    """The refusal of a document that already has an owner: one person, one account (M-4)."""
    return Conflict("该证件已登记过，一人只能有一个户口。", code="document-known", clause="M-4")


def find_document(kind: str, number: str, *, on: date) -> IdentityDocument | None:
    """The current document with this number, or None; InvalidInput when the number itself is wrong."""
    document = parse_document(kind, number, on=on)
    found = IdentityDocument.objects.filter(
        kind_group=document.group.value, blind_index=document_index(document), current=True
    )
    return found.select_related("person").first()


def document_number(document: IdentityDocument) -> str:
    """The number itself. Only for showing it to somebody whose right was checked and whose look is recorded."""
    place = Place(DOCUMENT_TABLE, str(document.pk), "number")
    return unseal(Sealed(document.key_id, bytes(document.number_encrypted)), place)


def clean_phone(text: str) -> str:
    """A telephone number as digits with an optional +; InvalidInput when it can't be one."""
    number = re.sub(r"[\s()\-]", "", unicodedata.normalize("NFKC", text))
    if not _PHONE.fullmatch(number):
        raise InvalidInput("电话号码应为 7 至 15 位数字。", code="phone", field="phone")
    return number


def mask_phone(number: str) -> str:
    """The number with all but its last four digits hidden."""
    return "*" * (len(number) - 4) + number[-4:]


def store_phone(*, person: Person, number: str, at: datetime) -> ContactPhone:
    """Seal and keep the number at which a person may be reached, in place of an earlier one."""
    number = clean_phone(number)
    ContactPhone.objects.filter(person=person).delete()
    row_key = ids.uuid7()
    sealed = seal(number, Place(PHONE_TABLE, str(row_key), "number"))
    return ContactPhone.objects.create(
        id=row_key,
        person=person,
        number_encrypted=sealed.data,
        key_id=sealed.key_id,
        masked=mask_phone(number),
        recorded_at=at,
    )


def phone_number(person: Person) -> str:
    """The person's telephone number, or an empty text."""
    phone = ContactPhone.objects.filter(person=person).first()
    if phone is None:
        return ""
    place = Place(PHONE_TABLE, str(phone.pk), "number")
    return unseal(Sealed(phone.key_id, bytes(phone.number_encrypted)), place)


@transaction.atomic
def forget_phone(*, actor: Actor, at: datetime, person: Person) -> None:
    """Take one's own telephone number back; NotFound when there is none, or it is somebody else's."""
    if actor.person_id != person.pk or actor.role == "api":
        raise NotFound()
    if not ContactPhone.objects.filter(person=person).delete()[0]:
        raise NotFound("没有登记电话号码。")
    record(actor=actor, at=at, action="phone.forget", subject_kind="person", subject_id=person.pk, fields=["phone"])
