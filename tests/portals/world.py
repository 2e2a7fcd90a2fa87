"""One world in which every page of the portals has something to show: the cast, and one thing of every kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from creditbank.evaluation.actions import approve_return
from creditbank.institutions.actions import create_api_key, enrol_student
from creditbank.institutions.models import Institution, Staff
from creditbank.messages.actions import send
from creditbank.messages.models import InboxMessage
from creditbank.people.applications import Application, submit_opening
from creditbank.people.consents import PRIVACY, current_text, enter_paper_consent, give_consent
from creditbank.portals import stylesheet
from creditbank.redemption.actions import apply_over_counter
from tests.cast import AT, citizen_number, person_of
from tests.evaluation.returns import row, submitted, uploaded
from tests.everybody import Everybody
from tests.records.books import Lived, live
from tests.redemption.stage import ATHLETE, Stage12, make_ready

NOW = AT + timedelta(days=2)


@dataclass(frozen=True)
class World:
    """Everybody, and by name the things that addresses are made of."""

    everybody: Everybody
    lived: Lived
    things: Mapping[str, str | int]


def stage_of(everybody: Everybody) -> Stage12:
    """The stage of redemptions with everybody's logins; the student is ready for an athlete's certificate."""
    cast = everybody.cast
    Institution.objects.filter(pk=cast.other_school.pk).update(issues_certificates=True)
    cast.other_school.refresh_from_db()
    stage = _people(everybody)
    make_ready(stage, stage.account)
    return stage


def make_world(everybody: Everybody) -> World:
    """Fill the bank of the cast: at least one thing of every kind, in the state in which most can be done with it."""
    lived, returns = live(stage_of(everybody)), _returns(everybody)
    things = {"style": stylesheet.digest(), "code": everybody.cast.school.code, "product": ATHLETE}
    of_student = {"own_redemption": lived.redemption.number, "certificate": lived.certificate.number}
    rest = (returns, _counter(everybody), _house(everybody), _messages(everybody))
    return World(everybody, lived, {**things, **of_student, **{k: v for each in rest for k, v in each.items()}})


def _returns(everybody: Everybody) -> dict[str, str | int]:
    """A return at each desk; the one with rows and a receipt is the office's."""
    cast = everybody.cast
    faulty = uploaded(cast, row(cast.student, "W-1", credits="x"))
    waiting = submitted(cast, row(cast.student, "W-2"))
    approved = submitted(cast, row(cast.student, "W-3"))
    approve_return(actor=cast.approver, at=AT, number=approved.number)
    return {
        "faulty_return": faulty.number,
        "submitted_return": waiting.number,
        "approved_return": approved.number,
        "return": approved.number,
        "row_number": 2,
        "serial": 1,
    }


def _counter(everybody: Everybody) -> dict[str, str | int]:
    """What came in over the school's counter: a student of age, her redemption, a paper, an application."""
    cast, account = everybody.cast, everybody.adult.account
    make_ready(_people(everybody), account)
    enrolment = enrol_student(
        actor=cast.clerk, at=AT, institution=cast.school, student=account.student, group_name="毕业班"
    )
    held = apply_over_counter(actor=cast.clerk, account=account, product=ATHLETE, counter=cast.school, at=AT)
    paper = enter_paper_consent(
        actor=cast.clerk,
        at=AT,
        guardian_name="林远",
        relation="father",
        purposes=["account"],
        signed_on=AT.date(),
        institution_code=cast.school.code,
    )
    application = Application(
        name="新生示例甲",
        document_kind="resident-id",
        document_number=citizen_number(date(2000, 1, 2), 997),
        privacy_version=current_text(PRIVACY, AT).version,
        institution_code=cast.school.code,
    )
    opening = submit_opening(actor=cast.clerk, at=AT, application=application)
    return {
        "enrolment_id": enrolment.pk,
        "counter_redemption": held.number,
        "held_redemption": held.number,
        "paper": paper.number,
        "opening": opening.number,
    }


def _people(everybody: Everybody) -> Stage12:
    return Stage12(
        cast=everybody.cast,
        decider=everybody.actor("decider"),
        issuer=everybody.cast.other_school,
        student=everybody.actor("student"),
        guardian=everybody.actor("guardian"),
    )


def _house(everybody: Everybody) -> dict[str, str | int]:
    """The school's staff and keys, the family's consent."""
    cast = everybody.cast
    made = create_api_key(
        actor=cast.approver,
        at=AT,
        institution=cast.school,
        label="教务系统",
        scopes=["returns:read"],
        acts_for=person_of(cast.clerk),
    )
    consent = give_consent(
        actor=everybody.actor("guardian"),
        student=cast.student.account.student,
        purpose="sharing",
        text_version=current_text("sharing", AT).version,
        at=AT,
    )
    clerk = Staff.objects.get(person=person_of(cast.second_clerk))
    return {"staff_id": clerk.pk, "key_id": made.key.pk, "consent": consent.pk}


def _messages(everybody: Everybody) -> dict[str, str | int]:
    """A message for one of each portal."""
    found: dict[str, str | int] = {}
    for role in ("student", "approver", "reviewer"):
        person_id = everybody.actor(role).person_id or 0
        send(to=person_id, template_code="people.refused", at=AT, params={"number": "KH-2026-000001"})
        found[f"{role}_message"] = InboxMessage.objects.filter(person_id=person_id).latest("pk").pk
    return found
