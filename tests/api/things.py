"""One thing of every kind that an address or a body of the API may name, the first school's or its family's."""

from datetime import date, timedelta
from typing import Final

from creditbank.corrections.actions import ask_merge
from creditbank.evaluation.actions import ask_reversal
from creditbank.evaluation.reading import honours_of, skills_of
from creditbank.examinations.bank import write_question
from creditbank.examinations.models import ExamResult, Sitting
from creditbank.examinations.questions import Question, QuestionKind, true_false
from creditbank.examinations.sitting import begin_sitting
from creditbank.institutions.actions import enrol_student
from creditbank.institutions.models import Institution
from creditbank.ledger.lines import Reason
from creditbank.notices.actions import file_objection
from creditbank.people.applications import Application, submit_opening
from creditbank.people.consents import PRIVACY, current_text, enter_paper_consent
from creditbank.people.models import DuplicateCase
from creditbank.redemption.disclosure import disclose_redemptions
from tests.cast import AT, citizen_number
from tests.catalogue.stage import set_stage as set_prices
from tests.evaluation.returns import honour, posted, row, skill
from tests.everybody import Everybody
from tests.examinations.stage import set_exam_stage
from tests.records.books import live
from tests.redemption.stage import ATHLETE, Stage12

Things = dict[str, str]
WHY: Final = "原因写在这里，足够长了"


def make_things(everybody: Everybody) -> Things:
    """Make them; by the name under which :data:`ADDRESSES` and :func:`bodies` know them."""
    cast = everybody.cast
    Institution.objects.filter(pk=cast.other_school.pk).update(issues_certificates=True)
    cast.other_school.refresh_from_db()
    stage = Stage12(
        cast, everybody.actor("decider"), cast.other_school, everybody.actor("student"), everybody.actor("guardian")
    )
    lived = live(stage)
    student = cast.student.account.student
    enrol_student(actor=cast.clerk, at=AT, institution=cast.school, student=student, group_name="七年级")
    return {
        "account": str(cast.student.holder_id),
        "card": cast.student.card,
        "school": cast.school.code,
        "issuer": cast.other_school.code,
        "redemption": lived.redemption.number,
        "certificate": lived.certificate.number,
        "examination": str(ExamResult.objects.latest("pk").pk),
        "privacy": current_text(PRIVACY, AT).version,
        "agreement": current_text("redemption", AT).version,
        "newcomer": citizen_number(date(2000, 1, 2), 996),
        **_on_notice(everybody),
        **_on_paper(everybody),
        **_returned(everybody),
        **_corrected(everybody),
        **_at_the_counter(everybody),
        "schedule": set_prices(everybody.actor("reviewer"), everybody.actor("decider")).schedule.number,
        "product": "visit.harbin",
    }


def _on_notice(everybody: Everybody) -> Things:
    """What was redeemed on notice, and an objection to it."""
    notice = disclose_redemptions(actor=everybody.actor("decider"), at=AT + timedelta(days=1))
    line = notice.lines.earliest("pk")
    filed = file_objection(line=line, text=WHY, contact="", at=AT + timedelta(days=1))
    return {
        "notice": notice.number,
        "notice_line": str(line.pk),
        "objection": filed.objection.number,
        "objection_code": filed.code,
    }


def _on_paper(everybody: Everybody) -> Things:
    """Examination rules, a paper that lies open, and a draft that the reviewer wrote."""
    set_exam_stage(everybody)
    question = Question("draft", QuestionKind.TRUE_FALSE, "判断。", true_false(answer=True))
    write_question(actor=everybody.actor("reviewer"), family="athlete", question=question, at=AT)
    actor, account = everybody.actor("student"), everybody.cast.student.account
    sitting = begin_sitting(actor=actor, account=account, family="athlete", at=AT)
    # Nobody waits on the wall: the paper stays open as long as the tests run.
    Sitting.objects.filter(pk=sitting.pk).update(ends_at=AT + timedelta(days=36_500))
    return {"family": "athlete", "sitting": str(sitting.pk)}


def _returned(everybody: Everybody) -> Things:
    """A posted return of two rows; the first is asked back."""
    cast = everybody.cast
    found = posted(cast, row(cast.student, "T-1"), row(cast.student, "T-2"))
    first, second = found.rows.select_related("credit_return__institution").order_by("row_number")
    asked = ask_reversal(actor=cast.clerk, at=AT, row=first, reason=Reason.CORRECTED, note=WHY)
    return {"return": found.number, "row": str(second.row_number), "reversal": str(asked.pk)}


def _corrected(everybody: Everybody) -> Things:
    """A merge that a reviewer asks for, and what a return reported of attainments."""
    cast = everybody.cast
    reported = posted(cast, skill(cast.student, "T-3", 3, "30.00"), honour(cast.student, "T-4"))
    wish = ask_merge(
        actor=cast.reviewer, at=AT, account=everybody.adult.account, receiving=cast.student.account, reason=WHY
    )
    return {
        "correction": wish.number,
        "adult": str(everybody.adult.holder_id),
        "skill": str(skills_of(reported)[0].pk),
        "honour": str(honours_of(reported)[0].pk),
    }


def _at_the_counter(everybody: Everybody) -> Things:
    """An application to open an account, suspected to be a duplicate; a guardian's signed paper."""
    cast = everybody.cast
    application = Application(
        name="新生示例甲",
        document_kind="resident-id",
        document_number=citizen_number(date(2000, 1, 2), 997),
        privacy_version=current_text(PRIVACY, AT).version,
        institution_code=cast.school.code,
    )
    opening = submit_opening(actor=cast.clerk, at=AT, application=application)
    suspected = DuplicateCase.objects.create(opening=opening, existing=cast.student.account.student, opened_at=AT)
    paper = enter_paper_consent(
        actor=cast.clerk,
        at=AT,
        guardian_name="林远",
        relation="father",
        purposes=["account"],
        signed_on=AT.date(),
        institution_code=cast.school.code,
    )
    return {"opening": opening.number, "duplicate": str(suspected.pk), "paper": paper.number}


def bodies(things: Things) -> dict[str, object]:
    """A body that fits, by method and path; an operation that is not named takes none."""
    reason = {"reason": WHY}
    wish = {"account": things["account"], "product": ATHLETE}
    person = {"name": "新生示例乙", "document_kind": "resident-id", "document_number": things["newcomer"]}
    confirm = {"confirm": True}
    return {
        "POST /accounts/{account}/freeze": reason,
        "POST /accounts/{account}/unfreeze": reason,
        "POST /accounts/{account}/close": reason,
        "POST /accounts/{account}/card": {"lost": True},
        "POST /corrections": {"kind": "merge", "account": things["adult"], "receiving": things["account"], **reason},
        "POST /corrections/{number}/refuse": reason,
        "POST /attainments/skills/{skill}/decide": confirm,
        "POST /attainments/honours/{honour}/decide": confirm,
        "POST /returns/{number}/send-back": reason,
        "POST /returns/{number}/review": {"verdict": "accept"},
        "POST /returns/{number}/rows/{row}/reversal": {"reason": "corrected", "note": WHY},
        "POST /reversals/{reversal}/decide": {"accept": True},
        "POST /openings": {**person, "privacy_version": things["privacy"]},
        "POST /openings/{number}/check-identity": {"method": "original-seen"},
        "POST /openings/{number}/refuse": reason,
        "POST /openings/{number}/duplicates/{duplicate}/resolve": {"same_person": False, **reason},
        "POST /paper-consents": {
            "guardian_name": "林远",
            "relation": "father",
            "purposes": ["account"],
            "signed_on": "2026-03-01",
            "institution_code": things["school"],
        },
        "POST /redemptions": {**wish, "text_version": things["agreement"]},
        "POST /redemptions/counter": {**wish, "institution": things["school"]},
        "POST /redemptions/{number}/agree": {"text_version": things["agreement"]},
        "POST /redemptions/{number}/review": {"advice": "accept"},
        "POST /redemptions/{number}/accept": {"issuer": things["issuer"]},
        "POST /redemptions/{number}/refuse": reason,
        "POST /redemptions/{number}/fulfil": {"outcome": "paid", "proof": "回单 2026-001（示例）"},
        "POST /redemptions/{number}/cancel": {},
        "POST /certificates/{number}/suspend": reason,
        "POST /certificates/{number}/reinstate": reason,
        "POST /certificates/{number}/revoke": reason,
        "POST /catalogue/schedules": {"title": "下一期（示例）", "starts_on": "2026-04-01"},
        "POST /catalogue/schedules/{number}/withdraw": reason,
        "POST /examinations/results": {
            "account": things["account"],
            "family": "athlete",
            "score": 90,
            "taken_on": "2026-03-01",
        },
        "POST /examinations/results/{result}/decide": confirm,
        "POST /examinations/bank/{family}": {"gift": "::api:: 自愿？ {T}"},
        "POST /examinations/bank/{family}/release": {"keys": ["draft"]},
        "POST /examinations/sittings": {"family": "athlete"},
        "PUT /examinations/sittings/{sitting}/answers": {"save": 1, "answers": {"0": [1]}},
        "POST /institutions/{code}/students": {"name": "林知夏", "card_number": things["card"]},
        "POST /policy/decide": {},
        "POST /notices/{number}/objections": {"line": int(things["notice_line"]), "text": WHY},
        "POST /notices/{number}/withdraw": reason,
        "POST /objections/follow": {"number": things["objection"], "code": things["objection_code"]},
        "POST /objections/{number}/decide": {"upheld": False, **reason},
        "POST /certificates/check": {"number": things["certificate"], "code": "AAAAAAAAAA"},
        "POST /balance": {"card_number": things["card"], "document_number": things["newcomer"]},
    }
