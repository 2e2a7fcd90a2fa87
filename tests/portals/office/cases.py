"""Work of every kind that waits at the office, made through everybody's actions."""

from dataclasses import dataclass
from datetime import date, timedelta

from creditbank.audit.actor import PUBLIC
from creditbank.evaluation.actions import approve_return, ask_reversal
from creditbank.evaluation.models import CreditReturn, Honour, RowReversal, SkillCertificate
from creditbank.examinations.actions import record_exam_result
from creditbank.examinations.models import ExamResult
from creditbank.institutions.models import Institution
from creditbank.ledger.lines import Reason
from creditbank.people.actors import acting_as
from creditbank.people.applications import submit_opening
from creditbank.people.logins import register_guardian
from creditbank.people.models import AccountOpening
from creditbank.redemption.actions import apply_for_product
from creditbank.redemption.models import Redemption
from tests.cast import AT
from tests.evaluation.returns import honour, posted, row, skill, submitted
from tests.everybody import Everybody
from tests.people.cast import PASSWORD, application, privacy
from tests.redemption.stage import ATHLETE, Stage12, make_ready


@dataclass(frozen=True)
class Waiting:
    """One case of each kind."""

    everybody: Everybody
    credit_return: CreditReturn
    opening: AccountOpening
    redemption: Redemption
    skill: SkillCertificate
    honour: Honour
    exam: ExamResult
    reversal: RowReversal
    issuer: Institution


def make_waiting(everybody: Everybody) -> Waiting:
    """Everything in place; the adult applied for an athlete's certificate."""
    cast = everybody.cast
    everybody.actors["second_reviewer"] = cast.second_reviewer
    Institution.objects.filter(pk=cast.other_school.pk).update(issues_certificates=True)
    cast.other_school.refresh_from_db()
    reported = posted(
        cast, skill(cast.student, "A-1", 3, "30.00"), honour(cast.student, "A-2"), row(cast.student, "A-3")
    )
    waiting = submitted(cast, row(cast.student, "B-1", evidence="<script>alert(1)</script>"))
    approve_return(actor=cast.approver, at=AT, number=waiting.number)
    waiting.refresh_from_db()
    stage = Stage12(cast, everybody.actor("decider"), cast.other_school, everybody.actor("adult"), cast.clerk)
    make_ready(stage, everybody.adult.account)
    redemption = apply_for_product(
        actor=everybody.actor("adult"), account=everybody.adult.account, product=ATHLETE, at=AT
    )
    exam = record_exam_result(
        actor=cast.reviewer,
        account=cast.student.account,
        family="athlete",
        score=77,
        taken_on=date(2026, 2, 1),
        at=AT,
    )
    return Waiting(
        everybody=everybody,
        credit_return=waiting,
        opening=make_opening(),
        redemption=redemption,
        skill=SkillCertificate.objects.get(row__credit_return=reported),
        honour=Honour.objects.get(row__credit_return=reported),
        exam=exam,
        reversal=ask_reversal(
            actor=cast.clerk,
            at=AT + timedelta(hours=1),
            row=reported.rows.get(achievement_number="A-3"),
            reason=Reason.CREDITED_TWICE,
            note="与另一项重复申报。",
        ),
        issuer=cast.other_school,
    )


def make_opening() -> AccountOpening:
    """A guardian's application for a child of another name than the cast's."""
    user = register_guardian(
        actor=PUBLIC, at=AT, name="周远", username="zhouyuan", password=PASSWORD, privacy_version=privacy()
    )
    return submit_opening(
        actor=acting_as(user.person, "guardian"),
        at=AT,
        application=application(name="周小满", sequence=996, phone="13800000000"),
    )
