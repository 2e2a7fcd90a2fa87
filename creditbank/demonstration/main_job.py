"""The bank's main job, once, as everybody does it: a school's .xlsx becomes a certificate that anyone can check.

The shipped file reports a class of ten; the first of them, who lacked 25 credits and four levels, reaches the grade.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

from creditbank.certificates.checking import CheckedCertificate, check_certificate
from creditbank.certificates.models import Certificate
from creditbank.demonstration.bank import Bank, Member, Pupil
from creditbank.demonstration.families import Candidate, open_pupil
from creditbank.demonstration.files import Row, filled, skill_values
from creditbank.demonstration.histories import AT_SCHOOL, report, row_of
from creditbank.demonstration.open_work import pass_examination
from creditbank.errors import Conflict
from creditbank.evaluation.actions import approve_return, post_return, review_return, submit_return, upload_return
from creditbank.evaluation.models import CreditReturn
from creditbank.people.actors import acting_as
from creditbank.people.consents import current_text
from creditbank.people.guardians import guardians_of
from creditbank.people.identity_documents import resident_id
from creditbank.redemption.actions import (
    accept_redemption,
    agree_as_guardian,
    apply_for_product,
    review_redemption,
)
from creditbank.redemption.eligibility import decision_for

SHIPPED_FILE: Final = Path(__file__).parent / "main-job.xlsx"
SCHOOL: Final = "BASY"
PRODUCT: Final = "certificate.athlete.3"
EARNED_ON: Final = date(2026, 9, 12)
CLASSMATES: Final = (
    "林知夏", "顾明远", "沈清禾", "陆星野", "温如玉", "江听澜", "白鹿鸣", "程见微", "苏望舒", "叶初晴",
)  # fmt: skip
# Fifteen credits in all, from four of the five domains.
HER_PAST: Final = ("DJ01", "DL01", "TJ01", "TL01", "MJ01", "ML01", "LJ01", "LL01")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: the return, the certificate, and what a stranger sees of it."""

    credit_return: CreditReturn
    certificate: Certificate
    checked: CheckedCertificate


def classmates() -> list[Candidate]:
    """The ten students of the shipped file; their numbers have the sequence 999."""
    births = [date(2010, 3 + index % 9, 4 + index) for index in range(len(CLASSMATES))]
    return [
        Candidate(name, resident_id("110105", birth, 999), birth)
        for name, birth in zip(CLASSMATES, births, strict=True)
    ]


def open_class(bank: Bank, since: datetime) -> list[Pupil]:
    """Open the ten accounts."""
    member = bank.members[SCHOOL]
    pupils = [open_pupil(bank, member, who, since) for who in classmates()]
    # The histories and the sample of skilled students are about others.
    member.pupils = [pupil for pupil in member.pupils if pupil not in pupils]
    return pupils


def give_first_her_past(bank: Bank, first: Pupil) -> None:
    """Level 8 for 80.00 credits, 15.00 more from eight activities, and a pass: 25 credits short of a certificate."""
    day = (bank.now - timedelta(days=300)).date()
    centre, school = bank.members["JJZX"], bank.members[SCHOOL]
    skill = filled(first, "JN-LZX-08", day, **skill_values(8, "80.00", "JN-LZX-08"))
    report(bank, centre, [skill], bank.now - timedelta(days=290), confirm=True)
    past = (activity for activity in AT_SCHOOL if activity.code in HER_PAST)
    courses = [row_of(first, activity, f"LZX-{activity.code}", day) for activity in past]
    report(bank, school, courses, bank.now - timedelta(days=280))
    pass_examination(bank, first, "athlete", 86, bank.now - timedelta(days=40))


def shipped_rows() -> list[Row]:
    """The rows of the shipped file: levels 9–12 for the first, a course or a contest for her classmates."""
    first, *others = classmates()
    rows = [filled(first, "2026-QJ-001", EARNED_ON, **skill_values(12, "40.00", "JN-2026-0912"))]
    for index, pupil in enumerate(others):
        rows.append(row_of(pupil, AT_SCHOOL[index], f"2026-QJ-{index + 2:03d}", EARNED_ON))
    return rows


def run_main_job(bank: Bank, pupils: list[Pupil], say: Say) -> Done:
    """From the shipped file to the check page; ``say`` gets a line for each step."""
    member, first, at = bank.members[SCHOOL], pupils[0], bank.now
    gap = decision_for(first.account, PRODUCT, at, route="skill").unmet
    say("申请前还差：" + "；".join(each.text.zh for each in gap))
    credit_return = _report_file(bank, member, at, say)
    certificate = _redeem(bank, first, at + timedelta(minutes=30), say)
    checked = check_certificate(number=certificate.number, code=certificate.check_code)
    if checked is None:
        raise Conflict("证书颁发后应当可以查验。")
    return Done(credit_return, certificate, checked)


def _report_file(bank: Bank, member: Member, at: datetime, say: Say) -> CreditReturn:
    content = BytesIO(SHIPPED_FILE.read_bytes())
    uploaded = upload_return(
        actor=member.clerk, at=at, institution=member.institution, stream=content, filename=SHIPPED_FILE.name
    )
    say(f"经办上传并校验 {uploaded.number}：{uploaded.rows_total} 行，{uploaded.rows_faulty} 行有问题")
    submit_return(actor=member.clerk, at=at, number=uploaded.number)
    approve_return(actor=member.approver, at=at + timedelta(minutes=5), number=uploaded.number)
    say("校内审批通过，回执已签名")
    reviewer = bank.officers["reviewer"]
    review_return(
        actor=reviewer,
        at=at + timedelta(minutes=10),
        number=uploaded.number,
        verdict="accept",
        confirm_attainments=True,
    )
    post_return(uploaded.pk, at=at + timedelta(minutes=11))
    uploaded.refresh_from_db()
    say(f"管理小组审核通过，{uploaded.rows_posted} 行已入账")
    return uploaded


def _redeem(bank: Bank, first: Pupil, at: datetime, say: Say) -> Certificate:
    student = acting_as(first.account.student.person, "student")
    guardian = acting_as(guardians_of(first.account.student)[0].guardian, "guardian")
    redemption = apply_for_product(actor=student, account=first.account, product=PRODUCT, at=at)
    say(f"学生申请 {redemption.number}，120.00 学分已冻结，等监护人同意")
    version = current_text("redemption", at).version
    agree_as_guardian(actor=guardian, redemption=redemption, text_version=version, at=at + timedelta(minutes=2))
    review_redemption(
        actor=bank.officers["reviewer2"],
        redemption=redemption,
        advice="accept",
        note="技能证书、考试成绩与学分均已核对。",
        at=at + timedelta(minutes=4),
    )
    certificate = accept_redemption(
        actor=bank.officers["decider"],
        redemption=redemption,
        issuer=bank.members["HLJX"].institution,
        at=at + timedelta(minutes=6),
    )
    say("监护人同意，审核、决定由两人办理，学分核销，证书已颁发")
    return certificate
