"""Verbs of the examination rules (管理办法): drafted by one person, published by another, dated (R-x.1)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Final

from django.db import transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed
from creditbank.examinations.bank import released_bank
from creditbank.examinations.models import ExamRules, ExamRulesState
from creditbank.examinations.papers import FULL_MARK, Part, draw_paper, full_mark
from creditbank.people.rights import require_office
from creditbank.rulebook.reading import version_on

MOST_MINUTES: Final = 240
MOST_RETAKE_DAYS: Final = 365
MOST_QUESTIONS: Final = 200


@transaction.atomic
def draft_rules(
    *,
    actor: Actor,
    family: str,
    starts_on: date,
    minutes: int,
    retake_days: int,
    partial: bool,
    parts: Sequence[Part],
    text_zh: str,
    text_en: str,
    at: datetime,
    is_sample: bool = False,
) -> ExamRules:
    """Draft the rules of a family's examination from a day on.

    Raises ``InvalidInput`` naming the field: an unknown family, points that do not add up to 100, no time, no text.
    """
    person_id = require_office(actor, "reviewer", "decider", "admin", at=at)
    if family not in version_on(today(at)).families:
        raise InvalidInput("没有这一类证书考试。", field="family", clause="R-x.1")
    if not 1 <= minutes <= MOST_MINUTES:
        raise InvalidInput("考试时间须在 1 到 240 分钟之间。", field="minutes")
    if not 0 <= retake_days <= MOST_RETAKE_DAYS:
        raise InvalidInput("再考间隔须在 0 到 365 天之间。", field="retake_days")
    if any(part.count < 1 or part.points < 1 for part in parts) or sum(part.count for part in parts) > MOST_QUESTIONS:
        raise InvalidInput("每一部分至少 1 题，全卷不超过 200 题。", field="parts")
    if full_mark(parts) != FULL_MARK:
        raise InvalidInput("全卷须是 100 分，现在是 %(points)s 分。", field="parts", points=full_mark(parts))
    if not text_zh.strip() or not text_en.strip():
        raise InvalidInput("请写中文和英文的考试办法。", field="text_zh")
    row = ExamRules.objects.create(
        family=family,
        starts_on=starts_on,
        minutes=minutes,
        retake_days=retake_days,
        partial=partial,
        parts=[asdict(part) for part in parts],
        text_zh=text_zh.strip(),
        text_en=text_en.strip(),
        is_sample=is_sample,
        drafted_by_id=person_id,
        drafted_at=at,
    )
    _audit(actor, at, "draft-exam-rules", row)
    return row


@transaction.atomic
def publish_rules(*, actor: Actor, rules: ExamRules, at: datetime) -> ExamRules:
    """Publish a draft. A decider does, who did not write it; the bank must be large enough for its papers.

    Raises ``Conflict`` when it is no draft or begins in the past, ``Unavailable`` when the bank is too small.
    """
    person_id = require_office(actor, "decider", at=at)
    row = ExamRules.objects.select_for_update().get(pk=rules.pk)
    if row.state != ExamRulesState.DRAFT:
        raise Conflict("这份考试办法已经公布过了。")
    if row.drafted_by_id == person_id:
        raise NotAllowed("写办法的人不能自己公布，请由另一位同事办理。", clause="R-x.1")
    if row.starts_on < today(at):
        raise Conflict("开始日期已经过去，请改成今天或以后。", code="starts-in-the-past")
    bank = {key: question for key, (_pk, question) in released_bank(row.family).items()}
    draw_paper(bank, row.blueprint(), seed=0)
    row.state, row.published_by_id, row.published_at = ExamRulesState.PUBLISHED, person_id, at
    row.save(update_fields=["state", "published_by", "published_at"])
    _audit(actor, at, "publish-exam-rules", row)
    return row


def _audit(actor: Actor, at: datetime, action: str, row: ExamRules) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="exam-rules",
        subject_id=str(row.pk),
        clause="R-x.1",
        refs={"family": row.family},
    )
