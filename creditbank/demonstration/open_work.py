"""What waits in the inboxes: applications, returns at every stage, attainments, results, redemptions, a reversal."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from creditbank.audit.actor import Actor
from creditbank.demonstration.bank import Bank, Member, Pupil
from creditbank.demonstration.families import Candidate, submit_pupil
from creditbank.demonstration.files import Row, filled
from creditbank.demonstration.histories import AT_SCHOOL, report, row_of, upload
from creditbank.evaluation.actions import approve_return, ask_reversal, submit_return
from creditbank.evaluation.models import ReturnRow, RowState
from creditbank.examinations.actions import decide_exam_result, record_exam_result
from creditbank.ledger.lines import Reason
from creditbank.people.actors import acting_as
from creditbank.people.consents import current_text
from creditbank.people.guardians import guardians_of
from creditbank.people.identity_documents import resident_id
from creditbank.redemption.actions import accept_redemption, apply_for_product, refuse_redemption, review_redemption
from creditbank.redemption.models import Redemption

ATHLETE: Final = "certificate.athlete.3"
ADVICE: Final = "原件与登记一致，技能证书与考试成绩齐全。"


def leave_open_work(bank: Bank, ready: list[Pupil]) -> None:
    """Work for everybody; ``ready`` are students with level 12 and credits enough for a certificate."""
    _openings(bank)
    _returns(bank)
    _results(bank, ready)
    _redemptions(bank, ready)
    _reversal(bank)
    _honours(bank)


def pass_examination(bank: Bank, pupil: Pupil, family: str, score: int, at: datetime) -> None:
    """A confirmed result: one officer records it, another confirms it."""
    day = (at - timedelta(days=2)).date()
    result = record_exam_result(
        actor=bank.officers["reviewer"], account=pupil.account, family=family, score=score, taken_on=day, at=at
    )
    decide_exam_result(actor=bank.officers["decider"], result=result, confirm=True, at=at + timedelta(hours=1))


def apply_as_family(pupil: Pupil, product: str, at: datetime) -> Redemption:
    """The guardian applies for a minor and agrees; a student of age applies herself."""
    guardians = guardians_of(pupil.account.student)
    if not guardians:
        me = acting_as(pupil.account.student.person, "student")
        return apply_for_product(actor=me, account=pupil.account, product=product, at=at)
    return apply_for_product(
        actor=acting_as(guardians[0].guardian, "guardian"),
        account=pupil.account,
        product=product,
        text_version=current_text("redemption", at).version,
        at=at,
    )


def _openings(bank: Bank) -> None:
    for index, member in enumerate(bank.members[["BASY", "SJSX", "BTXX"][turn % 3]] for turn in range(6)):
        birth = bank.now.date().replace(year=bank.now.year - 10 - index, month=3, day=6 + index)
        number = resident_id(member.institution.region_code, birth, 997)
        submit_pupil(
            bank, member, Candidate(bank.names.draw(), number, birth), bank.now - timedelta(days=index, hours=5)
        )


def _returns(bank: Bank) -> None:
    """One faulty, one ready, one at the school's approver, two at the office."""
    steps: tuple[tuple[str, int], ...] = (("SJSX", 0), ("HEBX", 0), ("BASY", 1), ("BTXX", 2), ("YLXX", 2))
    for days, (code, stage) in enumerate(steps, start=1):
        member, at = bank.members[code], bank.now - timedelta(days=days)
        rows = _fresh_rows(bank, member, at)
        if code == "SJSX":
            rows = [*rows, *_faulty_rows(member, at)]
        uploaded = upload(member, rows, at)
        if stage >= 1:
            submit_return(actor=member.clerk, at=at + timedelta(minutes=30), number=uploaded.number)
        if stage >= 2:
            approve_return(actor=member.approver, at=at + timedelta(hours=4), number=uploaded.number)


def _fresh_rows(bank: Bank, member: Member, at: datetime) -> list[Row]:
    day = (at - timedelta(days=6)).date()
    pupils = enumerate(bank.chance.sample(member.pupils, min(16, len(member.pupils))))
    return [
        row_of(pupil, AT_SCHOOL[index % len(AT_SCHOOL)], f"{day:%Y%m}-XB-{index + 1:03d}", day)
        for index, pupil in pupils
    ]


def _faulty_rows(member: Member, at: datetime) -> list[Row]:
    """What clerks get wrong: a name, a figure, a date, an activity, a number that lost a digit."""
    day = (at - timedelta(days=6)).date()
    wrong: tuple[Callable[[Row], Row], ...] = (
        lambda row: {**row, "name": row["name"][0] + "某某"},
        lambda row: {**row, "credits": "20.00"},
        lambda row: {**row, "earned_on": "26-9-1"},
        lambda row: {**row, "activity_code": "XX99"},
        lambda row: {**row, "document_number": row["document_number"][:-2] + "00"},
    )
    good = [
        filled(
            pupil,
            f"{day:%Y%m}-CW-{index:03d}",
            day,
            activity_code="DJ02",
            title="心理健康课程",
            domain="德",
            stage="教",
            credits="1.00",
        )
        for index, pupil in enumerate(member.pupils[: len(wrong)], start=1)
    ]
    return [spoil(row) for spoil, row in zip(wrong, good, strict=True)]


def _results(bank: Bank, ready: list[Pupil]) -> None:
    for index, pupil in enumerate(ready[:10]):
        pass_examination(bank, pupil, "athlete", 72 + 2 * index, bank.now - timedelta(days=30 - index))
    for pupil in ready[10:]:
        record_exam_result(
            actor=bank.officers["reviewer"],
            account=pupil.account,
            family="athlete",
            score=81,
            taken_on=(bank.now - timedelta(days=3)).date(),
            at=bank.now - timedelta(days=1),
        )


def _redemptions(bank: Bank, ready: list[Pupil]) -> None:
    """Three issued, one refused, two reviewed, two held, one waiting for its guardian."""
    issuer = bank.members["HLJX"].institution
    decider = bank.officers["decider"]
    for index, pupil in enumerate(ready[:8]):
        at = bank.now - timedelta(days=18 - 2 * index)
        redemption = apply_as_family(pupil, ATHLETE, at)
        if index < 6:
            review_redemption(
                actor=bank.officers["reviewer2"],
                redemption=redemption,
                advice="accept",
                note=ADVICE,
                at=at + timedelta(days=1),
            )
        if index < 3:
            accept_redemption(actor=decider, redemption=redemption, issuer=issuer, at=at + timedelta(days=2))
        elif index == 3:
            reason = "登记的考试日期与成绩单不一致，请学校核对后重新申请。"
            refuse_redemption(actor=decider, redemption=redemption, reason=reason, at=at + timedelta(days=2))
    for pupil in ready[8:10]:
        me: Actor = acting_as(pupil.account.student.person, "student")
        apply_for_product(actor=me, account=pupil.account, product=ATHLETE, at=bank.now - timedelta(days=1))


def _reversal(bank: Bank) -> None:
    member = bank.members["BASY"]
    rows = ReturnRow.objects.filter(credit_return__institution=member.institution, state=RowState.POSTED)
    row = rows.order_by("-occurred_on", "id").first()
    if row is not None:
        note = "与合唱节成绩重复申报，请冲正。"
        ask_reversal(
            actor=member.clerk, at=bank.now - timedelta(days=2), row=row, reason=Reason.CREDITED_TWICE, note=note
        )


def _honours(bank: Bank) -> None:
    """Places at the exchange, posted and waiting for the office to confirm them."""
    centre, at = bank.members["JJZX"], bank.now - timedelta(days=4)
    held = (at - timedelta(days=20)).date()
    rows = [
        filled(
            pupil,
            f"RY-{held:%Y%m}-{index:03d}",
            held,
            activity_code="RY-EX-ROB",
            title="国际青少年机器人交流活动 足球赛",
            domain="智",
            stage="赛",
            level="国际级",
            place=str(index),
            credits=("20.00", "15.00", "10.00")[index - 1],
            issuer="机器人交流工作领导小组办公室（示例）",
            certificate_number=f"RY-{held.year}-{index:04d}",
        )
        for index, pupil in enumerate(bank.chance.sample(bank.pupils, 3), start=1)
    ]
    report(bank, centre, rows, at)
