"""Examinations of the sample bank: two families' questions and rules, a few papers, a question that is disputed.

All wording is the demonstration's own and says so (示例). One officer writes, another releases and publishes.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from creditbank.clock import today
from creditbank.demonstration.bank import Bank, Pupil
from creditbank.examinations.bank import import_questions, read_questions, release_questions
from creditbank.examinations.disputes import dispute_question
from creditbank.examinations.models import BankQuestion, Sitting
from creditbank.examinations.papers import Part
from creditbank.examinations.questions import QuestionKind
from creditbank.examinations.rules import draft_rules, publish_rules
from creditbank.examinations.sitting import begin_sitting, hand_in, save_answers
from creditbank.people.actors import acting_as

FAMILIES: Final = ("athlete", "coach")
PARTS: Final = (
    Part(QuestionKind.SINGLE, 6, 10),
    Part(QuestionKind.MULTIPLE, 2, 10),
    Part(QuestionKind.TRUE_FALSE, 2, 10),
)
TEXT_ZH: Final = (
    "（示例）本办法是示例，不是联盟公布的考试办法。\n\n试卷从题库里随机抽题，每人一份：单选 6 题、多选 2 题、"
    "判断 2 题，每题 10 分。多选题少选得一半，错选不得分。\n\n考试由本人独立完成，可以看细则，不可以请别人代答。"
    "时间由服务器计算，到时自动交卷。\n\n对题目有异议，交卷后可以在试卷上提出；成立的，所有考过这道题的人一起重新评分，"
    "分数只加不减。"
)
TEXT_EN: Final = (
    "(Sample) These rules are an example; the alliance has not published them.\n\n"
    "Each paper is drawn from the question bank: 6 single-choice, 2 multiple-choice and 2 true-or-false questions, "
    "10 points each. A multiple-choice answer with some right choices and no wrong one earns half.\n\n"
    "You sit alone. You may read the Rules; nobody may answer for you. The server keeps the time and hands the paper "
    "in when it is over.\n\n"
    "You can dispute a question on your marked paper. If you are right, everybody who was asked it is marked again, "
    "and no score goes down."
)
# How many of the ten questions each sample student answers right.
_CAREFUL: Final = (9, 10, 5)
_FOLDER: Final = Path(__file__).parent


def hold_examinations(bank: Bank, pupils: list[Pupil]) -> None:
    """Fill the question banks of two families, publish their rules, let ``pupils`` sit, leave one dispute open."""
    began = bank.now - timedelta(days=6)
    for family in FAMILIES:
        _prepare(bank, family, began)
    sat = [
        _sit(pupil, right, began + timedelta(days=1, hours=turn))
        for turn, (pupil, right) in enumerate(zip(pupils, _CAREFUL, strict=False))
    ]
    _dispute(pupils[0], sat[0], began + timedelta(days=2))


def _prepare(bank: Bank, family: str, at: datetime) -> None:
    writer, second = bank.officers["reviewer"], bank.officers["decider"]
    content = (_FOLDER / f"questions-{family}.txt").read_bytes()
    reading = read_questions(content, "gift", prefix=family)
    drafts = import_questions(actor=writer, family=family, reading=reading, at=at)
    # The last question waits, so that the office has one to release.
    release_questions(actor=second, family=family, keys=[row.key for row in drafts[:-1]], at=at + timedelta(hours=1))
    rules = draft_rules(
        actor=writer,
        family=family,
        starts_on=today(at),
        minutes=30,
        retake_days=30,
        partial=True,
        parts=PARTS,
        text_zh=TEXT_ZH,
        text_en=TEXT_EN,
        at=at + timedelta(hours=1),
        is_sample=True,
    )
    publish_rules(actor=second, rules=rules, at=at + timedelta(hours=2))


def _sit(pupil: Pupil, right: int, at: datetime) -> Sitting:
    """The student answers the first ``right`` questions of her paper rightly, and leaves the others."""
    me = acting_as(pupil.account.student.person, "student")
    sitting = begin_sitting(actor=me, account=pupil.account, family=FAMILIES[0], at=at)
    rows = BankQuestion.objects.in_bulk([pk for pk, _order, _points in sitting.paper])
    answers = {
        place: frozenset(order.index(each) for each in rows[pk].value().right)
        for place, (pk, order, _points) in enumerate(sitting.paper[:right])
    }
    save_answers(actor=me, sitting=sitting, answers=answers, save=1, at=at + timedelta(minutes=12))
    return hand_in(actor=me, sitting=sitting, at=at + timedelta(minutes=15))


def _dispute(pupil: Pupil, sitting: Sitting, at: datetime) -> None:
    me = acting_as(pupil.account.student.person, "student")
    text = "（示例）题目没有说清是哪一年的规则，我认为两个选项都可以。"
    dispute_question(actor=me, sitting=sitting, place=len(sitting.paper) - 1, text=text, at=at)
