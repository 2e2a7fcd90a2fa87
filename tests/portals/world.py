"""One world in which every page of the portals has something to show: the cast, and one thing of every kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from creditbank.catalogue.actions import add_item
from creditbank.corrections.actions import ask_merge
from creditbank.examinations.disputes import dispute_question
from creditbank.examinations.models import BankQuestion
from creditbank.examinations.sitting import begin_sitting, hand_in
from creditbank.institutions.actions import create_api_key, enrol_student
from creditbank.institutions.models import Institution, Staff
from creditbank.messages.actions import send
from creditbank.messages.models import InboxMessage
from creditbank.notices.actions import file_objection
from creditbank.people.applications import Application, submit_opening
from creditbank.people.code_renewals import ask_for_new_code
from creditbank.people.consents import PRIVACY, current_text, enter_paper_consent, give_consent
from creditbank.people.models import DuplicateCase, OfficeRole
from creditbank.portals import stylesheet
from creditbank.redemption.disclosure import disclose_redemptions
from creditbank.redemption.models import Redemption
from tests.cast import AT, citizen_number, person_of
from tests.catalogue.stage import set_stage as set_prices
from tests.evaluation.returns import row, submitted, uploaded
from tests.everybody import Everybody
from tests.examinations.stage import set_exam_stage
from tests.portals.office.cases import Waiting, make_waiting
from tests.portals.office.two_persons import wait_for_a_second_person
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
    stage = Stage12(
        cast=cast,
        decider=everybody.actor("decider"),
        issuer=cast.other_school,
        student=everybody.actor("student"),
        guardian=everybody.actor("guardian"),
    )
    make_ready(stage, stage.account)
    return stage


def make_world(everybody: Everybody) -> World:
    """Fill the bank of the cast: at least one thing of every kind, in the state in which most can be done with it."""
    waiting = make_waiting(everybody)
    lived = live(stage_of(everybody))
    things = {
        "style": stylesheet.digest(),
        "rest": "nothing",
        "code": everybody.cast.school.code,
        "product": ATHLETE,
        "own_redemption": lived.redemption.number,
        "certificate": lived.certificate.number,
        "certificate_step": "suspend",
        "holder": str(everybody.cast.student.holder_id),
        **_returns(everybody, waiting),
        **_counter(everybody, waiting),
        **_house(everybody),
        **_office(everybody, waiting),
        **_examinations(everybody),
        **_messages(everybody),
        **_notice(everybody),
        **_catalogue(everybody),
        **wait_for_a_second_person(
            admin=everybody.actor("admin"),
            approver=everybody.actor("decider"),
            asker=everybody.actor("reviewer"),
            student=everybody.cast.student.account.student,
            at=AT,
        ),
    }
    return World(everybody, lived, things)


def _returns(everybody: Everybody, waiting: Waiting) -> dict[str, str | int]:
    """A return at each desk; the one with rows and a receipt is the office's."""
    cast = everybody.cast
    return {
        "faulty_return": uploaded(cast, row(cast.student, "W-1", credits="x")).number,
        "submitted_return": submitted(cast, row(cast.student, "W-2")).number,
        "approved_return": waiting.credit_return.number,
        "return": waiting.credit_return.number,
        "row_number": 2,
        "serial": 1,
    }


def _counter(everybody: Everybody, waiting: Waiting) -> dict[str, str | int]:
    """What came in over the school's counter: a student of age, her redemption, a paper, an application."""
    cast, redemption = everybody.cast, waiting.redemption
    enrolment = enrol_student(
        actor=cast.clerk, at=AT, institution=cast.school, student=everybody.adult.account.student, group_name="毕业班"
    )
    Redemption.objects.filter(pk=redemption.pk).update(counter=cast.school)
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
        "counter_redemption": redemption.number,
        "held_redemption": redemption.number,
        "paper": paper.number,
        "opening": opening.number,
    }


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


def _office(everybody: Everybody, waiting: Waiting) -> dict[str, str | int]:
    """The office's cases, a suspected duplicate among them, and somebody who holds an office."""
    existing = everybody.cast.student.account.student
    wish = ask_merge(
        actor=everybody.cast.reviewer,
        at=AT,
        account=everybody.cast.student.account,
        receiving=everybody.adult.account,
        reason="两张卡是同一人的",
    )
    account = everybody.cast.student.account
    renewal = ask_for_new_code(
        actor=everybody.cast.second_reviewer,
        at=AT,
        account=account,
        person=account.student.person,
        method="original",
    )
    return {
        "renewal": renewal.pk,
        "correction": wish.number,
        "duplicate": DuplicateCase.objects.create(opening=waiting.opening, existing=existing, opened_at=AT).pk,
        "skill": waiting.skill.pk,
        "honour": waiting.honour.pk,
        "exam": waiting.exam.pk,
        "reversal": waiting.reversal.pk,
        "office": OfficeRole.objects.get(person=person_of(everybody.cast.second_reviewer)).pk,
    }


def _catalogue(everybody: Everybody) -> dict[str, str | int]:
    """Published prices, a draft that waits for its publisher, an item that waits for the second person."""
    writer, publisher = everybody.actor("reviewer"), everybody.actor("decider")
    set_prices(writer, publisher).published()
    draft = set_prices(writer, publisher).schedule
    item = add_item(
        actor=writer,
        group="other",
        slug="planetarium",
        name_zh="天文馆年票（示例）",
        name_en="A year at the planetarium (sample)",
        since=AT.date(),
        at=AT,
    )
    return {"schedule": draft.number, "added_item": item.pk}


def _examinations(everybody: Everybody) -> dict[str, str | int]:
    """Rules of two families: a paper of one is marked, one of the other lies open."""
    actor, account = everybody.actor("student"), everybody.cast.student.account
    set_exam_stage(everybody)
    set_exam_stage(everybody, family="coach")
    marked = begin_sitting(actor=actor, account=account, family="athlete", at=AT)
    marked = hand_in(actor=actor, sitting=marked, at=AT)
    running = begin_sitting(actor=actor, account=account, family="coach", at=NOW - timedelta(minutes=5))
    dispute_question(actor=actor, sitting=marked, place=0, text="两个选项都对", at=AT)
    question = BankQuestion.objects.get(pk=marked.paper[0][0])
    rules: dict[str, str | int] = {
        "exam_rules": marked.rules_id,
        "exam_format": "gift",
        "question": question.pk,
        "question_step": "propose",
    }
    return {**rules, "exam_family": "athlete", "marked_sitting": marked.pk, "open_sitting": running.pk}


def _notice(everybody: Everybody) -> dict[str, str | int]:
    """A notice of what was redeemed, and an objection to its line."""
    notice = disclose_redemptions(actor=everybody.actor("decider"), at=NOW - timedelta(hours=2))
    line = notice.lines.earliest("pk")
    filed = file_objection(line=line, text="没有参加比赛。", contact="", at=NOW - timedelta(hours=1))
    return {
        "notice": notice.number,
        "notice_line": line.pk,
        "working_year": 2027,
        "policy_version": "2021-09-01",
        "objection": filed.objection.number,
    }


def _messages(everybody: Everybody) -> dict[str, str | int]:
    """A message for one of each portal."""
    found: dict[str, str | int] = {}
    for role in ("student", "approver", "reviewer"):
        person_id = everybody.actor(role).person_id or 0
        send(to=person_id, template_code="people.refused", at=AT, params={"number": "KH-2026-000001"})
        found[f"{role}_message"] = InboxMessage.objects.filter(person_id=person_id).latest("pk").pk
    return found
