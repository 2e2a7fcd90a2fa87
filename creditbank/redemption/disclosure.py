"""What was redeemed is published (M-12): product, class, institution and date; a name only where it was agreed to.

A notice's line keeps no name. Who agreed is asked of the consents each time a notice is read, so that agreement that
is taken back takes the name off the notice at once (I-15). Each redemption is disclosed once; a notice that was
withdrawn counts as none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from creditbank.audit.actor import Actor
from creditbank.certificates.models import Certificate
from creditbank.clock import today
from creditbank.errors import Refused
from creditbank.notices.actions import MOST_LINES, LineDraft, NoticeDraft, publish_notice
from creditbank.notices.models import Notice, NoticeKind, NoticeLine, NoticeState, TermUnit
from creditbank.notices.terms import Term
from creditbank.people.guardians import is_minor
from creditbank.people.models import Consent, Student
from creditbank.people.models.consents import Purpose
from creditbank.people.names import public_name
from creditbank.people.rights import require_office
from creditbank.policy.law import Law
from creditbank.policy.periods import redemption_notice_working_days, shows_masked_name
from creditbank.redemption.freezes import SUBJECT
from creditbank.redemption.models import Redemption
from creditbank.rulebook.reading import law_of, version_on

CLAUSE: Final = "M-12"
# Decided for the applicant, and not cancelled since: a certificate, or a product that is to be or was delivered.
DISCLOSED_STATES: Final = ("issued", "accepted", "fulfilled", "no-show")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as everybody reads it. ``who`` is a masked name where it was agreed to, else the application's number."""

    pk: int
    product: dict[str, str]
    price_class: str
    institution: str
    on: str
    who: str
    named: bool


@dataclass(frozen=True, slots=True)
class ProductCount:
    """How many students redeemed a product in a class through an institution."""

    product: dict[str, str]
    price_class: str
    institution: str
    count: int


def undisclosed(*, until: datetime) -> QuerySet[Redemption]:
    """What was decided and not yet disclosed, the oldest first; at most one notice's worth."""
    decided = Redemption.objects.filter(state__in=DISCLOSED_STATES, decided_at__lte=until)
    fresh = decided.exclude(number__in=_disclosed())
    return fresh.select_related("account__student__person", "counter", "policy_version").order_by("decided_at", "id")


def preview_disclosure(*, at: datetime) -> list[ShownLine]:
    """What the next notice would say, line by line; ``pk`` is the redemption's."""
    rows = list(undisclosed(until=at)[:MOST_LINES])
    drafts = _drafts(rows)
    return _shown(
        [(row.pk, draft.subject_ref, draft.shown) for row, draft in zip(rows, drafts, strict=True)], today(at)
    )


@transaction.atomic
def disclose_redemptions(*, actor: Actor, at: datetime) -> Notice:
    """Publish everything decided and not yet disclosed as one notice, for the term of I-12. The office starts it.

    Raises ``NotAllowed`` for anyone else, ``Refused`` (``nothing-to-disclose``) when there is nothing new.
    """
    require_office(actor, "reviewer", "decider", "admin", at=at)
    locked = Redemption.objects.select_for_update(of=("self",)).filter(pk__in=undisclosed(until=at).values("pk"))
    numbers = list(locked.order_by("id").values_list("number", flat=True)[:MOST_LINES])
    # Asked again behind the locks: a colleague may have published the same a moment ago.
    rows = list(undisclosed(until=at).filter(number__in=numbers))
    if not rows:
        raise Refused("没有新的兑换需要公示。", code="nothing-to-disclose", clause=CLAUSE)
    law = version_on(today(at))
    draft = NoticeDraft(
        kind=NoticeKind.REDEMPTIONS,
        title_zh=f"{today(at).isoformat()} 教育产品兑换公示",
        title_en=f"Redemptions of education products, notice of {today(at).isoformat()}",
        clause=CLAUSE,
        term=Term(redemption_notice_working_days(law), TermUnit.WORKING_DAYS),
        lines=_drafts(rows),
    )
    return publish_notice(actor=actor, draft=draft, at=at)


def lines_shown(lines: Iterable[NoticeLine], on: date) -> list[ShownLine]:
    """Lines of a notice of redemptions as everybody reads them on a date; none of those that were taken down."""
    return _shown([(each.pk, each.subject_ref, each.shown) for each in lines if each.shown], on)


def counted(notice: Notice) -> list[ProductCount]:
    """How many students per product, class and institution a notice names, most first."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for shown in notice.lines.values_list("shown", flat=True):
        if shown:
            key = (shown["product_zh"], shown["product_en"], shown["class"], shown["institution"])
            counts[key] = counts.get(key, 0) + 1
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [ProductCount({"zh": key[0], "en": key[1]}, key[2], key[3], count) for key, count in ordered]


def notice_of(redemption: Redemption) -> Notice | None:
    """The notice in which a redemption was disclosed; ``None`` before."""
    lines = NoticeLine.objects.filter(subject_kind=SUBJECT, subject_ref=redemption.number)
    line = lines.exclude(notice__state=NoticeState.WITHDRAWN).select_related("notice").order_by("-id").first()
    return line.notice if line else None


def agreed_to_name(students: Sequence[Student], on: date) -> set[int]:
    """Of these students, by key, those whose agreement to publication stands: a guardian's for a minor. One query."""
    standing = Consent.objects.filter(
        student__in=students, purpose=Purpose.PUBLICATION, withdrawn_at=None, subject_ref=""
    )
    minors = {each.pk for each in students if is_minor(each, on)}
    rows = standing.values_list("student_id", "capacity")
    return {student for student, capacity in rows if student not in minors or capacity == "guardian"}


def _disclosed() -> QuerySet[NoticeLine, str]:
    lines = NoticeLine.objects.filter(~Q(notice__state=NoticeState.WITHDRAWN), subject_kind=SUBJECT)
    return lines.values_list("subject_ref", flat=True)


def _drafts(rows: Sequence[Redemption]) -> list[LineDraft]:
    numbers = [row.number for row in rows]
    issued = Certificate.objects.filter(redemption_number__in=numbers)
    issuers = dict(issued.values_list("redemption_number", "issuer_name"))
    return [LineDraft(SUBJECT, row.number, _content(row, issuers.get(row.number, ""))) for row in rows]


def _content(row: Redemption, issuer: str) -> dict[str, str]:
    """The facts of a line, without a name (I-15)."""
    product = law_of(row.policy_version).products.get(row.product)
    decided = row.decided_at or row.applied_at
    return {
        "product_zh": product.name.zh if product else row.product,
        "product_en": product.name.en if product else row.product,
        "class": row.price_class,
        "institution": issuer or (row.counter.name if row.counter else ""),
        "on": today(decided).isoformat(),
    }


def _shown(lines: Sequence[tuple[int, str, dict[str, str]]], on: date) -> list[ShownLine]:
    law: Law = version_on(on)
    found = Redemption.objects.filter(number__in=[number for _pk, number, _shown in lines])
    students = {row.number: row.account.student for row in found.select_related("account__student__person")}
    agreed = agreed_to_name(list(students.values()), on)
    result = []
    for pk, number, shown in lines:
        student = students.get(number)
        named = student is not None and shows_masked_name(law, student.pk in agreed)
        who = public_name(student.person.name) if student is not None and named else number
        product = {"zh": shown["product_zh"], "en": shown["product_en"]}
        result.append(ShownLine(pk, product, shown["class"], shown["institution"], shown["on"], who, named))
    return result
