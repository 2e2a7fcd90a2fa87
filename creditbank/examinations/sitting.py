"""Verbs of a sitting: begin, save, hand in; the server keeps the time, and the answer key stays here (R-x.1).

A sitting whose time is over is marked with what was saved, by whoever comes by first: the student, or the sweep.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from creditbank import ids
from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotFound, Refused
from creditbank.examinations.bank import released_bank
from creditbank.examinations.marking import mark_sitting
from creditbank.examinations.models import BankQuestion, ExamRules, Sitting, SittingQuestion, SittingState
from creditbank.examinations.papers import draw_paper
from creditbank.people.models import Account
from creditbank.rulebook.reading import version_on

# What was on its way when the time ran out still counts.
GRACE: Final = timedelta(seconds=30)
Answers = Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as a student sees it: no key, no clue which choice is right. ``chosen`` are places as shown."""

    place: int
    kind: str
    text: str
    choices: tuple[str, ...]
    points: int
    chosen: frozenset[int]


@transaction.atomic
def begin_sitting(*, actor: Actor, account: Account, family: str, at: datetime) -> Sitting:
    """Begin an attempt as the student herself; a paper is drawn for her.

    Raises ``NotFound`` for anyone else, ``Refused`` with its clause before the retake interval is over or while no
    rules are published, ``Conflict`` while another sitting is open.
    """
    person = account.student.person
    if actor.person_id != person.pk:
        raise NotFound
    if family not in version_on(today(at)).families:
        raise InvalidInput("没有这一类证书考试。", field="family", clause="R-x.1")
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    close_overdue(account=account, at=at)
    rules = ExamRules.objects.in_force(family, today(at))
    if rules is None:
        raise Refused("这一类证书的考试办法还没有公布，暂不能考试。", clause="R-x.1", code="no-exam-rules")
    _check_interval(account, rules, at)
    bank = released_bank(family)
    seed = ids.new_seed()
    paper = draw_paper({key: question for key, (_pk, question) in bank.items()}, rules.blueprint(), seed)
    try:
        with transaction.atomic():
            sitting = Sitting.objects.create(
                account=account,
                family=family,
                rules=rules,
                seed=seed,
                paper=[[bank[item.key][0], list(item.order), item.points] for item in paper],
                started_at=at,
                ends_at=at + timedelta(minutes=rules.minutes),
            )
            SittingQuestion.objects.bulk_create(
                SittingQuestion(sitting=sitting, question_id=pk) for pk, _order, _points in sitting.paper
            )
    except IntegrityError as error:
        raise Conflict("还有一场考试没有交卷，请先完成它。", code="sitting-open", clause="R-x.1") from error
    _audit(actor, at, "begin-sitting", sitting)
    return sitting


@transaction.atomic
def save_answers(*, actor: Actor, sitting: Sitting, answers: Answers, save: int, at: datetime) -> Sitting:
    """Keep the whole answer sheet as it stands now. ``save`` grows with every save: an older one changes nothing.

    Raises ``Conflict`` once the time (and 30 seconds of grace) is over or the paper is handed in; ``InvalidInput`` for
    a place or choice that the paper does not have.
    """
    row = _own(actor, sitting)
    if row.state != SittingState.OPEN or at > row.ends_at + GRACE:
        raise Conflict("考试时间已到或已经交卷，不能再改答案。", code="sitting-over", clause="R-x.1")
    kept = _checked(row, answers)
    if save > row.saved:
        row.answers, row.saved = kept, save
        row.save(update_fields=["answers", "saved"])
    return row


@transaction.atomic
def hand_in(*, actor: Actor, sitting: Sitting, at: datetime) -> Sitting:
    """Hand in and have it marked at once; handed in again, the first answer stands."""
    row = _own(actor, sitting)
    if row.state == SittingState.OPEN:
        mark_sitting(row, at=min(at, row.ends_at + GRACE))
        _audit(actor, at, "hand-in-sitting", row)
    return row


def close_overdue(*, at: datetime, account: Account | None = None) -> int:
    """Mark every open sitting whose time is over with what was saved; how many. Runs again and again."""
    overdue = Sitting.objects.filter(state=SittingState.OPEN, ends_at__lt=at - GRACE)
    if account is not None:
        overdue = overdue.filter(account=account)
    closed = 0
    for pk in list(overdue.values_list("pk", flat=True)):
        with transaction.atomic():
            row = Sitting.objects.select_for_update().select_related("rules", "account").get(pk=pk)
            if row.state == SittingState.OPEN:
                mark_sitting(row, at=row.ends_at)
                _audit(SYSTEM, at, "close-sitting", row)
                closed += 1
    return closed


def sweep_sittings(at: datetime) -> int:
    """The sweep of each minute: mark what was left lying past its time; how many."""
    return close_overdue(at=at)


def holds(sitting: Sitting, answers: Answers) -> bool:
    """Whether these are the answers that the sitting keeps: an older save was passed over if not."""
    given = {str(place): sorted(chosen) for place, chosen in answers.items() if chosen}
    return bool(sitting.answers == given)


def asked_questions(sitting: Sitting) -> list[AskedQuestion]:
    """The paper as it is shown; which choices are right is not in it."""
    rows = BankQuestion.objects.in_bulk([pk for pk, _order, _points in sitting.paper])
    asked: list[AskedQuestion] = []
    for place, (pk, order, points) in enumerate(sitting.paper):
        row = rows[pk]
        chosen = frozenset(sitting.answers.get(str(place), []))
        choices = tuple(row.choices[each][0] for each in order)
        asked.append(AskedQuestion(place, row.kind, row.text, choices, points, chosen))
    return asked


def _check_interval(account: Account, rules: ExamRules, at: datetime) -> None:
    last = Sitting.objects.filter(account=account, family=rules.family, state=SittingState.MARKED).first()
    if last is None:
        return
    again = today(last.started_at) + timedelta(days=rules.retake_days)
    if today(at) < again:
        raise Refused(
            "两次考试须间隔 %(days)s 天，%(day)s 起可以再考。",
            clause="R-x.1",
            code="retake-too-early",
            days=rules.retake_days,
            day=again.isoformat(),
        )


def _own(actor: Actor, sitting: Sitting) -> Sitting:
    row = Sitting.objects.select_for_update(of=("self",)).select_related("rules", "account__student").get(pk=sitting.pk)
    if actor.person_id != row.account.student.person_id:
        raise NotFound
    return row


def _checked(sitting: Sitting, answers: Answers) -> dict[str, list[int]]:
    kept: dict[str, list[int]] = {}
    for place, chosen in answers.items():
        if not 0 <= place < len(sitting.paper):
            raise InvalidInput("试卷里没有这道题。", field="answers")
        if not all(0 <= each < len(sitting.paper[place][1]) for each in chosen):
            raise InvalidInput("这道题没有这个选项。", field="answers")
        if chosen:
            kept[str(place)] = sorted(chosen)
    return kept


def _audit(actor: Actor, at: datetime, action: str, sitting: Sitting) -> None:
    record(
        actor=actor,
        at=at,
        action=action,
        subject_kind="sitting",
        subject_id=str(sitting.pk),
        holder_id=sitting.account.holder_id,
        clause="R-x.1",
    )
