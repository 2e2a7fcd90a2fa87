"""What the tests of redemptions share: a student who may redeem, an issuing body, a decider; short verbs on them."""

from dataclasses import dataclass
from datetime import date, timedelta

from creditbank.audit.actor import Actor
from creditbank.evaluation.models import AttainmentState, Honour, SkillCertificate
from creditbank.examinations.models import ExamResult, ResultState
from creditbank.institutions.models import Institution
from creditbank.ledger.books import balance_of
from creditbank.ledger.lines import Balance, Domain, Stage
from creditbank.ledger.posting import Achievement, post_earn
from creditbank.people.consents import current_text
from creditbank.people.models import Account, OfficeRole
from creditbank.people.rights import appoint_office
from creditbank.redemption.actions import apply_for_product, review_redemption
from creditbank.redemption.models import Redemption
from tests.cast import AT, Cast, Pupil, actor, gather_cast, person, person_of, pupil

ATHLETE = "certificate.athlete.3"


@dataclass(frozen=True)
class Stage12:
    """The cast, with a decider, an issuing body, and the student ready for an athlete's certificate of grade 三级."""

    cast: Cast
    decider: Actor
    issuer: Institution
    student: Actor
    guardian: Actor

    @property
    def account(self) -> Account:
        """The ready student's account."""
        return self.cast.student.account


def set_stage() -> Stage12:
    """Everybody in place; the student holds 130.00 credits, level 12 and a pass."""
    cast = gather_cast()
    decider = actor(person("核准甲"), "decider")
    appoint_office(actor=cast.admin, at=AT, person=person_of(decider), role=OfficeRole.Role.DECIDER)
    Institution.objects.filter(pk=cast.other_school.pk).update(issues_certificates=True)
    cast.other_school.refresh_from_db()
    stage = Stage12(
        cast=cast,
        decider=decider,
        issuer=cast.other_school,
        student=actor(cast.student.account.student.person, "student"),
        guardian=actor(cast.guardian, "guardian"),
    )
    make_ready(stage, stage.account)
    return stage


def grown_up(stage: Stage12, name: str = "成年学生", sequence: int = 998) -> Pupil:
    """An adult student, ready in the same way."""
    adult = pupil(name, date(2000, 1, 2), sequence)
    make_ready(stage, adult.account)
    return adult


def make_ready(stage: Stage12, account: Account, amount: int = 13000) -> None:
    """Give the account credits (hundredths), a level-12 robotics certificate and a pass for athletes."""
    earn(stage, account, amount)
    SkillCertificate.objects.create(
        account=account,
        subject="robotics",
        level=12,
        issuer="示例工委",
        certificate_number="SL-1",
        awarded_on=date(2025, 6, 1),
        state=AttainmentState.CONFIRMED,
    )
    ExamResult.objects.create(
        account=account,
        family="athlete",
        score=80,
        taken_on=date(2026, 1, 10),
        state=ResultState.CONFIRMED,
        recorded_by=person_of(stage.cast.reviewer),
        recorded_at=AT,
        confirmed_by=person_of(stage.decider),
        confirmed_at=AT,
    )


def earn(stage: Stage12, account: Account, amount: int, number: str = "CG-1") -> None:
    """Post one achievement of ``amount`` hundredths."""
    assert stage.cast.clerk.person_id
    assert stage.cast.reviewer.person_id
    post_earn(
        account.holder_id,
        achievement=Achievement(stage.cast.school.pk, number),
        amount=amount,
        domain=Domain.INTELLECTUAL,
        stage=Stage.PRACTICE,
        occurred_on=date(2025, 9, 1),
        actor_id=stage.cast.clerk.person_id,
        approver_id=stage.cast.reviewer.person_id,
        policy_version=1,
        at=AT,
    )


def crown(account: Account, place: int = 1, discipline: str = "robotics") -> Honour:
    """A confirmed place in the exchange's contest."""
    return Honour.objects.create(
        account=account,
        scope="exchange",
        event="中国国际青少年机器人交流活动（示例）",
        discipline=discipline,
        place=place,
        issuer="示例领导小组办公室",
        certificate_number="RY-1",
        awarded_on=date(2025, 8, 1),
        state=AttainmentState.CONFIRMED,
    )


def apply_as_guardian(stage: Stage12, product: str = ATHLETE, route: str | None = None) -> Redemption:
    """The guardian applies for the ready student and agrees in the same step."""
    version = current_text("redemption", AT).version
    return apply_for_product(
        actor=stage.guardian, account=stage.account, product=product, route=route, text_version=version, at=AT
    )


def reviewed(stage: Stage12, redemption: Redemption) -> Redemption:
    """The first of the two says yes."""
    return review_redemption(
        actor=stage.cast.reviewer, redemption=redemption, advice="accept", note="", at=AT + timedelta(hours=1)
    )


def balance(account: Account) -> Balance:
    """How the book stands."""
    return balance_of(account.holder_id)
