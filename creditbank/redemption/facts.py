"""The facts about one account that a decision needs, gathered from the books in a handful of queries.

``gather`` reads; ``decide`` (part ``policy``) decides. Only what the office has confirmed counts as held.
"""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from creditbank.certificates.honours import families_used
from creditbank.certificates.models import Certificate, CertificateState
from creditbank.evaluation.models import AttainmentState, Honour, SkillCertificate
from creditbank.examinations.models import ExamResult, ResultState
from creditbank.institutions.models import Enrolment
from creditbank.ledger.books import balance_of
from creditbank.people.models import Account
from creditbank.policy import facts as policy
from creditbank.policy.codes import AccountState
from creditbank.policy.offers import COUNTY


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of an account on a day, the rows of its honours in the same order, and whether it is open."""

    facts: policy.Facts
    honours: tuple[Honour, ...]
    account: policy.Account

    def with_honours(self, chosen: dict[int, tuple[str, ...]]) -> policy.Facts:
        """The facts with only these honours (by row id), each used for what is given."""
        kept = tuple(
            replace(fact, used_for=chosen[row.pk])
            for row, fact in zip(self.honours, self.facts.honours, strict=True)
            if row.pk in chosen
        )
        return replace(self.facts, honours=kept)

    def at_place(self, place: str | None, institutions: tuple[str, ...]) -> policy.Facts:
        """The facts with another place and other members."""
        return replace(self.facts, place=place, institutions=institutions)


def gather(account: Account, on: date, *, credits_added_hundredths: int = 0, whereabouts: bool = False) -> Gathered:
    """What counts for this account on a day; facts dated later than ``on`` are left out.

    ``credits_added_hundredths`` adds back what the application under decision holds itself. What is owed since a
    reversal is taken off: held credits that were taken back pay for nothing. ``whereabouts`` adds where the student
    learns: only prices for some places or members ask for it, so only their decisions keep it.
    """
    counted = {"account": account, "state": AttainmentState.CONFIRMED, "awarded_on__lte": on}
    honours = tuple(Honour.objects.filter(**counted).order_by("awarded_on", "id"))
    used = families_used(honours)
    held = Certificate.objects.filter(account=account, issued_on__lte=on).exclude(state=CertificateState.REVOKED)
    exams = ExamResult.objects.filter(account=account, state=ResultState.CONFIRMED, taken_on__lte=on)
    book = balance_of(account.holder_id)
    facts = policy.Facts(
        birth_date=account.student.birth_date,
        available_hundredths=max(0, book.available - book.owed + credits_added_hundredths),
        skill_certificates=tuple(
            policy.HeldSkill(skill.subject, skill.level) for skill in SkillCertificate.objects.filter(**counted)
        ),
        honours=tuple(
            policy.Honour(each.scope, each.discipline, each.place, each.awarded_on, tuple(used[each.pk]))
            for each in honours
        ),
        certificates=tuple(policy.HeldCertificate(each.family, each.grade) for each in held),
        exams=tuple(policy.ExamResult(exam.family, exam.score, exam.taken_on) for exam in exams),
    )
    if whereabouts:
        facts = _with_whereabouts(facts, account, on)
    return Gathered(facts, honours, policy.Account(AccountState(account.state)))


def _with_whereabouts(facts: policy.Facts, account: Account, on: date) -> policy.Facts:
    """The members where she is enrolled on the day; the county is that of the latest of them."""
    rows = Enrolment.objects.filter(student=account.student_id, since__lte=on)
    current = rows.filter(Q(until=None) | Q(until__gte=on)).select_related("institution").order_by("-since", "-id")
    members = [enrolment.institution for enrolment in current]
    counties = [member.region_code for member in members if COUNTY.fullmatch(member.region_code)]
    codes = tuple(dict.fromkeys(member.code for member in members))
    return replace(facts, place=counties[0] if counties else None, institutions=codes)
