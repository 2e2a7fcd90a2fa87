"""What hangs on the lines follows them into the receiving account: rows, redemptions, certificates, attainments.

Inside the transaction that ends the correction. What fell out because both accounts had it stays with the closed
account, where it can be read. After a merge the rosters, the guardians and the identity documents follow as well: they
are the same person's.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from creditbank import clock
from creditbank.certificates.models import Certificate, HonourUse
from creditbank.corrections.models import AccountCorrection, CorrectionKind
from creditbank.evaluation.models import CreditReturn, Honour, ReturnRow, ReturnState, RowState, SkillCertificate
from creditbank.examinations.models import ExamResult
from creditbank.institutions.models import Enrolment
from creditbank.ledger.books import all_lines
from creditbank.ledger.lines import Kind
from creditbank.ledger.merge import MoveReport
from creditbank.people.models import Account, IdentityCheck, IdentityDocument
from creditbank.redemption.models import Redemption

_NOT_POSTED = (
    ReturnState.CHECKING,
    ReturnState.FAULTY,
    ReturnState.READY,
    ReturnState.SUBMITTED,
    ReturnState.APPROVED,
    ReturnState.SENT_BACK,
)


def follow(correction: AccountCorrection, report: MoveReport, at: datetime) -> None:
    """Let everything follow that belongs to the lines of the report, and after a merge to the person."""
    giving, receiving = correction.account, correction.receiving
    assert receiving is not None
    sources = {line.seq: line.source for line in all_lines(giving.holder_id)}
    earned = {sources[each.from_seq] for each in report.moved if each.kind is Kind.EARN}
    rows = ReturnRow.objects.filter(holder_id=giving.holder_id, source__in=earned)
    row_ids = list(rows.values_list("pk", flat=True))
    rows.update(account=receiving, holder_id=receiving.holder_id)
    merges = correction.kind == CorrectionKind.MERGE
    numbers = _redemptions(giving, receiving, report, whole=merges)
    if not merges:
        Certificate.objects.filter(account=giving, redemption_number__in=numbers).update(account=receiving)
        SkillCertificate.objects.filter(account=giving, row_id__in=row_ids).update(account=receiving)
        Honour.objects.filter(account=giving, row_id__in=row_ids).update(account=receiving)
        return
    _known_rows(giving, {sources[each.from_seq] for each in report.fell_out})
    _waiting_rows(giving, receiving)
    Certificate.objects.filter(account=giving).update(account=receiving)
    SkillCertificate.objects.filter(account=giving).update(account=receiving)
    _honours(giving, receiving)
    _results(giving, receiving)
    _person(giving, receiving, at)


def _redemptions(giving: Account, receiving: Account, report: MoveReport, *, whole: bool) -> list[str]:
    """Point each at its hold in the receiving book; with ``whole`` those that never held a credit follow as well.

    Those that ended without spending stay with the closed book, where their hold and its release are.
    """
    holds = {each.from_seq: each.to_seq for each in report.moved if each.kind is Kind.HOLD}
    settles = {each.from_seq: each.to_seq for each in report.moved if each.kind is Kind.SETTLE}
    closes = {line.seq: line.closes for line in all_lines(receiving.holder_id)}
    followed = []
    for each in Redemption.objects.select_for_update().filter(holder_id=giving.holder_id).order_by("pk"):
        if each.hold_seq in holds:
            each.hold_seq = holds[each.hold_seq]
        elif each.end_seq in settles:
            each.end_seq = settles[each.end_seq]
            each.hold_seq = closes[each.end_seq]
        elif not whole or each.hold_seq is not None:
            continue
        each.account, each.holder_id = receiving, receiving.holder_id
        each.save(update_fields=["account", "holder_id", "hold_seq", "end_seq"])
        followed.append(each.number)
    return followed


def _known_rows(giving: Account, sources: Collection[UUID]) -> None:
    posted = ReturnRow.objects.filter(holder_id=giving.holder_id, source__in=sources, state=RowState.POSTED)
    posted.update(state=RowState.KNOWN)


def _waiting_rows(giving: Account, receiving: Account) -> None:
    """Rows that are not posted yet will be posted to the account that remains."""
    waiting = CreditReturn.objects.filter(state__in=_NOT_POSTED, rows__account=giving)
    rows = ReturnRow.objects.filter(credit_return__in=waiting.values("pk"), account=giving)
    rows.update(account=receiving, holder_id=receiving.holder_id)


def _honours(giving: Account, receiving: Account) -> None:
    """One honour that both have counts once: its uses go over, the second copy stays behind."""
    for honour in Honour.objects.filter(account=giving):
        twin = Honour.objects.filter(
            account=receiving,
            scope=honour.scope,
            event=honour.event,
            discipline=honour.discipline,
            awarded_on=honour.awarded_on,
            certificate_number=honour.certificate_number,
        ).first()
        if twin is None:
            Honour.objects.filter(pk=honour.pk).update(account=receiving)
            continue
        taken = HonourUse.objects.filter(honour=twin, state__in=("reserved", "used")).values("use_group")
        HonourUse.objects.filter(honour=honour).exclude(use_group__in=taken).update(honour=twin)


def _results(giving: Account, receiving: Account) -> None:
    """Results follow, unless the other account has one of the same family and day."""
    taken = set(ExamResult.objects.filter(account=receiving).values_list("family", "taken_on"))
    for result in ExamResult.objects.filter(account=giving):
        if (result.family, result.taken_on) not in taken:
            ExamResult.objects.filter(pk=result.pk).update(account=receiving)


def _person(giving: Account, receiving: Account, at: datetime) -> None:
    ours, theirs = giving.student, receiving.student
    served = set(Enrolment.objects.filter(student=theirs, until=None).values_list("institution_id", flat=True))
    open_here = Enrolment.objects.filter(student=ours, until=None)
    open_here.exclude(institution_id__in=served).update(student=theirs)
    Enrolment.objects.filter(student=ours, until=None).update(until=clock.today(at))
    guarded = set(theirs.guardianships.filter(ended_at=None).values_list("guardian_id", flat=True))
    ours.guardianships.filter(ended_at=None).exclude(guardian_id__in=guarded).update(student=theirs)
    IdentityDocument.objects.filter(person=ours.person, current=True).update(person=theirs.person)
    IdentityCheck.objects.filter(person=ours.person).update(person=theirs.person)
