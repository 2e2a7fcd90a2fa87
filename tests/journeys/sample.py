"""The sample bank as the pages want it: at least one thing of every kind, in a state in which its page shows most."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.test import Client

from creditbank.audit.actor import Actor
from creditbank.catalogue.actions import add_item
from creditbank.catalogue.models import PriceSchedule
from creditbank.clock import today
from creditbank.corrections.actions import ask_merge
from creditbank.demonstration.loading import load_demonstration
from creditbank.demonstration.main_job import SCHOOL, Done
from creditbank.evaluation.models import (
    AttainmentState,
    CreditReturn,
    Honour,
    ReturnState,
    RowReversal,
    SkillCertificate,
)
from creditbank.examinations.models import ExamResult, ResultState, Sitting
from creditbank.examinations.sitting import begin_sitting
from creditbank.institutions.actions import create_api_key
from creditbank.institutions.models import Enrolment, Institution, Staff
from creditbank.notices.models import Objection
from creditbank.people.actors import acting_as
from creditbank.people.code_renewals import ask_for_new_code
from creditbank.people.models import Account, AccountOpening, DuplicateCase, PaperConsent, User
from creditbank.portals import stylesheet
from creditbank.redemption.actions import apply_for_product
from creditbank.redemption.models import Redemption, RedemptionState
from creditbank.rulebook.models import PolicyVersion, VersionState
from tests.everybody import log_in
from tests.portals.office.two_persons import wait_for_a_second_person
from tests.redemption.stage import crown

WAITING, READY = "certificate.athlete.2", "certificate.athlete.3"
# The sample login of each role; the rest have their names from their roles.
LOGINS = {"clerk": "clerk-basy", "approver": "approver-basy"}


@dataclass(frozen=True)
class Sample:
    """The things that addresses are made of, by name."""

    things: Mapping[str, str | int]

    def session(self, role: str) -> str:
        """The session of the role's sample login; empty for the public."""
        if role == "public":
            return ""
        client = Client()
        log_in(client, User.objects.get(username=LOGINS.get(role, role)))
        return client.cookies[settings.SESSION_COOKIE_NAME].value


def make_sample(now: datetime) -> Sample:
    """Load a tenth of the sample bank, and what it lacks: an application that waits, a key, a counter's redemption."""
    done = load_demonstration(now=now, say=lambda _: None, divisor=10)
    school = Institution.objects.get(code=SCHOOL)
    return Sample(
        {
            "style": stylesheet.digest(),
            "code": SCHOOL,
            "product": READY,
            "row_number": 2,
            "serial": 1,
            **_family(done, now),
            **_school(done, school, now),
            **_office(done, now),
            **_published(now),
        }
    )


def _family(done: Done, now: datetime) -> dict[str, str | int]:
    account = done.certificate.account
    crown(account)
    student = acting_as(account.student.person, "student")
    waiting = apply_for_product(actor=student, account=account, product=WAITING, at=now)
    marked = Sitting.objects.get(account=account)
    running = begin_sitting(actor=student, account=account, family="coach", at=now)
    return {
        "exam_family": "athlete",
        "exam_format": "gift",
        "exam_rules": marked.rules_id,
        "question": marked.disputes.get().question_id,
        "question_step": "propose",
        "marked_sitting": marked.pk,
        "open_sitting": running.pk,
        "own_redemption": waiting.number,
        "certificate": done.certificate.number,
    }


def _school(done: Done, school: Institution, now: datetime) -> dict[str, str | int]:
    approver, clerk = (Staff.objects.get(institution=school, role=role) for role in ("approver", "clerk"))
    create_api_key(
        actor=acting_as(approver.person, "approver"),
        at=now,
        institution=school,
        label="教务系统",
        scopes=["returns:read"],
        acts_for=clerk.person,
    )
    taken = Redemption.objects.filter(state=RedemptionState.REVIEWED)[0]
    Redemption.objects.filter(pk=taken.pk).update(counter=school)
    mine = {"institution_code": school.code}
    return {
        "return": done.credit_return.number,
        "enrolment_id": Enrolment.objects.filter(institution=school, student=done.certificate.account.student)[0].pk,
        "counter_redemption": taken.number,
        "opening": AccountOpening.objects.filter(state=AccountOpening.State.SUBMITTED, **mine)[0].number,
        "paper": PaperConsent.objects.filter(**mine)[0].number,
    }


def _office(done: Done, now: datetime) -> dict[str, str | int]:
    opening = AccountOpening.objects.filter(state=AccountOpening.State.SUBMITTED)[0]
    existing = done.certificate.account.student
    accounts = Account.objects.filter(state=Account.State.OPEN).exclude(student=existing).order_by("pk")
    wish = ask_merge(
        actor=_officer("reviewer"), at=now, account=accounts[0], receiving=accounts[1], reason="两张卡是同一人的"
    )
    renewal = ask_for_new_code(
        actor=_officer("hotline"), at=now, account=existing.account, person=existing.person, method="original"
    )
    return {
        "renewal": renewal.pk,
        "correction": wish.number,
        "approved_return": CreditReturn.objects.filter(state=ReturnState.APPROVED)[0].number,
        "held_redemption": Redemption.objects.filter(state=RedemptionState.HELD)[0].number,
        "duplicate": DuplicateCase.objects.create(opening=opening, existing=existing, opened_at=now).pk,
        "skill": SkillCertificate.objects.latest("pk").pk,
        "honour": Honour.objects.filter(state=AttainmentState.REPORTED)[0].pk,
        "exam": ExamResult.objects.filter(state=ResultState.RECORDED)[0].pk,
        "reversal": RowReversal.objects.latest("pk").pk,
        "holder": str(done.certificate.account.holder_id),
        **wait_for_a_second_person(
            admin=_officer("admin"),
            approver=_officer("decider"),
            asker=_officer("reviewer"),
            student=existing,
            at=now,
        ),
    }


def _published(now: datetime) -> dict[str, str | int]:
    item = add_item(
        actor=_officer("reviewer"),
        group="other",
        slug="planetarium",
        name_zh="天文馆年票（示例）",
        name_en="A year at the planetarium (sample)",
        since=today(now),
        at=now,
    )
    objection = Objection.objects.select_related("line__notice").latest("pk")
    return {
        "added_item": item.pk,
        "notice": objection.line.notice.number,
        "notice_line": objection.line_id,
        "objection": objection.number,
        "working_year": 2027,
        "policy_version": PolicyVersion.objects.get(state=VersionState.DRAFT).code,
        "schedule": PriceSchedule.objects.latest("pk").number,
    }


def _officer(username: str) -> Actor:
    return acting_as(User.objects.select_related("person").get(username=username).person, username)
