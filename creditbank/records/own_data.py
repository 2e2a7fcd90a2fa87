"""Everything the bank keeps about one student, in one JSON file for herself or her guardian.

Numbers of identity papers stay masked: the file travels, and who holds the paper knows its number.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.audit.reading import records_about_holder
from creditbank.certificates.models import Certificate
from creditbank.evaluation.models import Honour, SkillCertificate
from creditbank.examinations.models import ExamResult
from creditbank.ledger.models import PassbookLine
from creditbank.people.access import who_saw
from creditbank.people.models import Account, Student
from creditbank.policy.amounts import format_hundredths
from creditbank.policy.law import Law
from creditbank.records.entries import Entry, entries_of
from creditbank.records.passbook import summary_of
from creditbank.records.statement import USE
from creditbank.redemption.models import Redemption
from creditbank.redemption.parties import capacity_of

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
FORMAT = "creditbank-own-data-1"
_CHUNK = 1000


@transaction.atomic
def export_own_data(*, actor: Actor, account: Account, law: Law, at: datetime) -> str:
    """All data of the account as JSON text; for the student or her guardian, NotFound for everybody else.

    The export itself is in the audit. Moments are ISO 8601 in UTC, credits decimal strings.
    """
    capacity_of(actor, account, at)
    record(
        actor=actor,
        at=at,
        action="records.export",
        subject_kind="account",
        subject_id=account.pk,
        holder_id=account.holder_id,
        clause="M-5",
    )
    return json.dumps(own_data(actor=actor, account=account, law=law, at=at), ensure_ascii=False, indent=1)


def own_data(*, actor: Actor, account: Account, law: Law, at: datetime) -> dict[str, Json]:
    """The content of the export as plain data."""
    summary = summary_of(account.holder_id)
    student = account.student
    return {
        "format": FORMAT,
        "exported_at": at.isoformat(),
        "wording": {**law.wording[USE].text.to_json()},
        "student": _student(student),
        "account": {
            "holder_id": str(account.holder_id),
            "state": account.state,
            "opened_at": account.opened_at.isoformat(),
            "cards": [
                {"card_number": card.card_number, "state": card.state, "issued_at": card.issued_at.isoformat()}
                for card in account.cards.order_by("id")
            ],
        },
        "balance": {
            name: format_hundredths(getattr(summary, name))
            for name in ("available", "held", "spent", "expired", "owed", "earned")
        },
        "lines": [_line(entry) for entry in _entries(account)],
        "skill_certificates": [_skill(each) for each in SkillCertificate.objects.filter(account=account)],
        "honours": [_honour(each) for each in Honour.objects.filter(account=account)],
        "examinations": [_exam(each) for each in ExamResult.objects.filter(account=account)],
        "redemptions": [_redemption(each) for each in Redemption.objects.filter(account=account)],
        "certificates": [_certificate(each) for each in Certificate.objects.filter(account=account)],
        "consents": _consents(student),
        "looks": _looks(actor, student, at),
        "records": _records(account),
    }


def _student(student: Student) -> dict[str, Json]:
    guardians = student.guardianships.select_related("guardian").order_by("id")
    return {
        "name": student.person.name,
        "birth_date": student.birth_date.isoformat(),
        "documents": [
            {"kind": each.kind, "number": each.masked, "recorded_at": each.recorded_at.isoformat()}
            for each in student.person.documents.order_by("recorded_at")
        ],
        "identity_checks": [
            {"method": each.method, "checked_at": each.checked_at.isoformat()}
            for each in student.person.identity_checks.order_by("checked_at")
        ],
        "guardians": [
            {
                "name": each.guardian.name,
                "relation": each.relation,
                "proved_by": each.proved_by,
                "since": each.proved_at.isoformat(),
                "until": _moment(each.ended_at),
            }
            for each in guardians
        ],
        "enrolments": [
            {
                "institution": each.institution.name,
                "group": each.group_name,
                "since": each.since.isoformat(),
                "until": each.until.isoformat() if each.until else None,
            }
            for each in student.enrolments.select_related("institution").order_by("id")
        ],
    }


def _entries(account: Account) -> Iterator[Entry]:
    lines, start = PassbookLine.objects.of(account.holder_id).order_by("seq"), 0
    while chunk := list(lines[start : start + _CHUNK]):
        yield from entries_of(chunk)
        start += _CHUNK


def _line(entry: Entry) -> dict[str, Json]:
    sign = "-" if entry.change < 0 else ""
    return {
        "seq": entry.seq,
        "recorded_on": entry.recorded_on.isoformat(),
        "occurred_on": entry.occurred_on.isoformat() if entry.occurred_on else None,
        "kind": entry.kind.name.lower(),
        "title": entry.title,
        "change": f"{sign}{format_hundredths(abs(entry.change))}",
        "amount": format_hundredths(entry.amount),
        "available": format_hundredths(entry.available),
        "domain": entry.domain,
        "stage": entry.stage,
        "institution": entry.institution,
        "reporter": entry.reporter,
        "reviewer": entry.reviewer,
        "redemption": entry.redemption_number,
        "return": entry.return_number,
        "closes": entry.closes,
        "ended_by": entry.ended_by,
    }


def _skill(each: SkillCertificate) -> Json:
    return {
        "subject": each.subject,
        "level": each.level,
        "issuer": each.issuer,
        "number": each.certificate_number,
        "awarded_on": each.awarded_on.isoformat(),
        "state": each.state,
    }


def _honour(each: Honour) -> Json:
    return {
        "event": each.event,
        "scope": each.scope,
        "discipline": each.discipline,
        "place": each.place,
        "issuer": each.issuer,
        "awarded_on": each.awarded_on.isoformat(),
        "state": each.state,
    }


def _exam(each: ExamResult) -> Json:
    return {"family": each.family, "score": each.score, "taken_on": each.taken_on.isoformat(), "state": each.state}


def _redemption(each: Redemption) -> Json:
    return {
        "number": each.number,
        "product": each.product,
        "route": each.route,
        "state": each.state,
        "credits": format_hundredths(each.credits_hundredths),
        "applied_at": each.applied_at.isoformat(),
        "decided_at": _moment(each.decided_at),
        "reason": each.reason,
        "decision": each.decision,
    }


def _certificate(each: Certificate) -> Json:
    return {
        "number": each.number,
        "check_code": each.check_code,
        "family": each.family,
        "grade": each.grade,
        "issuer": each.issuer_name,
        "issued_on": each.issued_on.isoformat(),
        "state": each.state,
        "state_reason": each.state_reason,
    }


def _consents(student: Student) -> list[Json]:
    return [
        {
            "purpose": each.purpose,
            "text_version": each.text.version,
            "about": each.subject_ref,
            "given_by": each.given_by_name,
            "capacity": each.capacity,
            "way": each.way,
            "given_at": each.given_at.isoformat(),
            "withdrawn_at": _moment(each.withdrawn_at),
        }
        for each in student.consents.select_related("text").order_by("id")
    ]


def _looks(actor: Actor, student: Student, at: datetime) -> list[Json]:
    return [
        {"at": look.at.isoformat(), "who": look.who, "role": look.role, "fields": list(look.fields), "case": look.case}
        for look in who_saw(actor=actor, at=at, student=student)
    ]


def _records(account: Account) -> list[Json]:
    return [
        {
            "at": each.at.isoformat(),
            "role": each.actor_role,
            "action": each.action,
            "subject": each.subject_kind,
            "number": each.subject_id,
        }
        for each in records_about_holder(account.holder_id)[:5000]
    ]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
