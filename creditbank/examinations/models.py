"""What is remembered of examinations: the bank, the published rules, sittings with their answers, rulings, results."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from creditbank.examinations.papers import Part, full_mark
from creditbank.examinations.questions import Choice, Question, QuestionKind


class ResultState(models.TextChoices):
    """A result counts once a second person has confirmed it."""

    RECORDED = "recorded", _("待复核")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("不予确认")


class QuestionState(models.TextChoices):
    """A question is asked only once a second person released it; a retired one never again."""

    DRAFT = "draft", _("待放行")
    RELEASED = "released", _("可用")
    RETIRED = "retired", _("停用")


class BankQuestion(models.Model):
    """One revision of a question of a family's bank. A released revision never changes; a correction is the next one.

    ``choices`` is a list of ``[text, right]``. Which are right never leaves the server before the sitting is over.
    """

    family = models.CharField(max_length=30)
    key = models.CharField(max_length=60)
    revision = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in QuestionKind])
    text = models.TextField()
    choices = models.JSONField()
    clause = models.CharField(max_length=12)
    difficulty = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=QuestionState.choices, default=QuestionState.DRAFT, db_index=True)
    written_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    released_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    released_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["family", "key", "-revision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "key", "revision"], name="question_revision"),
            models.UniqueConstraint(
                fields=["family", "key"], condition=models.Q(state="released"), name="one_released_revision"
            ),
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True) | ~models.Q(released_by=models.F("written_by")),
                name="question_released_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.key} ({self.revision})"

    def value(self) -> Question:
        """The question as a value."""
        choices = tuple(Choice(text, right) for text, right in self.choices)
        return Question(self.key, QuestionKind(self.kind), self.text, choices, self.clause, self.difficulty)


class ExamRulesState(models.TextChoices):
    """Drafted by one person, published by another."""

    DRAFT = "draft", _("草案")
    PUBLISHED = "published", _("已公布")


class ExamRulesQuerySet(models.QuerySet["ExamRules"]):
    """Questions about many sets of rules."""

    def in_force(self, family: str, on: date) -> ExamRules | None:
        """The rules that count for a family on a day: of those begun, the newest."""
        begun = self.filter(family=family, state=ExamRulesState.PUBLISHED, starts_on__lte=on)
        return begun.order_by("-starts_on", "-id").first()


class ExamRules(models.Model):
    """The published, dated rules of a family's examination (管理办法, R-x.1): blueprint, time, when to try again.

    ``parts`` is a list of plain :class:`creditbank.examinations.papers.Part`; their points add up to 100. The pass mark
    stands in the law (I-4), not here.
    """

    family = models.CharField(max_length=30, db_index=True)
    starts_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    retake_days = models.PositiveSmallIntegerField()
    partial = models.BooleanField()
    parts = models.JSONField()
    text_zh = models.TextField()
    text_en = models.TextField()
    is_sample = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=ExamRulesState.choices, default=ExamRulesState.DRAFT)
    drafted_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True)

    objects = ExamRulesQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["family", "-starts_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True) | ~models.Q(published_by=models.F("drafted_by")),
                name="exam_rules_published_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.starts_on}"

    def blueprint(self) -> tuple[Part, ...]:
        """The parts as values."""
        return tuple(Part(**{**part, "kind": QuestionKind(part["kind"])}) for part in self.parts)

    @property
    def full_mark(self) -> int:
        """The points of a paper."""
        return full_mark(self.blueprint())


class SittingState(models.TextChoices):
    """Open until it is handed in or its time is over; marked at once then."""

    OPEN = "open", _("进行中")
    MARKED = "marked", _("已评卷")


class Sitting(models.Model):
    """One attempt. The server keeps the time; answers are saved as they are given, so a lost connection loses none.

    ``paper`` is a list of ``[question id, [order of its choices], points]``; ``answers`` maps the place of a question
    in the paper to the chosen places *as shown*. ``saved`` counts the saves: an older save never overwrites a newer.
    """

    account = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="sittings")
    family = models.CharField(max_length=30)
    rules = models.ForeignKey(ExamRules, on_delete=models.PROTECT, related_name="sittings")
    seed = models.BigIntegerField()
    paper = models.JSONField()
    answers = models.JSONField(default=dict)
    saved = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=6, choices=SittingState.choices, default=SittingState.OPEN, db_index=True)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    handed_in_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], condition=models.Q(state="open"), name="one_open_sitting"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__lte=100), name="sitting_score_at_most_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.pk}"


class SittingQuestion(models.Model):
    """Which sittings asked a question, so that a ruling finds them all."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="questions")
    question = models.ForeignKey(BankQuestion, on_delete=models.PROTECT, related_name="asked_in")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["sitting", "question"], name="asked_once")]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.question_id}"


class RulingKind(models.TextChoices):
    """What a disputed question counts for."""

    VOID = "void", _("全部得分")
    KEY = "key", _("更正答案")


class Ruling(models.Model):
    """What was decided on a disputed question, by two persons; every sitting that asked it is marked again."""

    question = models.ForeignKey(BankQuestion, on_delete=models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=4, choices=RulingKind.choices)
    right = models.JSONField(default=list)
    reason = models.TextField()
    proposed_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    agreed_at = models.DateTimeField(null=True)
    sittings_changed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(agreed_by__isnull=True) | ~models.Q(agreed_by=models.F("proposed_by")),
                name="ruling_agreed_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.kind}"


class DisputeState(models.TextChoices):
    """What became of a dispute."""

    OPEN = "open", _("待处理")
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")


class Dispute(models.Model):
    """A student's objection to one question of a paper she sat."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="disputes")
    question = models.ForeignKey(BankQuestion, on_delete=models.PROTECT, related_name="disputes")
    text = models.CharField(max_length=1000)
    state = models.CharField(max_length=9, choices=DisputeState.choices, default=DisputeState.OPEN, db_index=True)
    filed_at = models.DateTimeField()
    decided_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["sitting", "question"], name="disputed_once")]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.question_id}"


class ExamResult(models.Model):
    """A score (0–100) in a certificate family's general-knowledge examination, taken on a day.

    A result recorded on paper needs two persons. One that a sitting gave has the sitting instead: its questions and its
    rules were released and published by two persons each, and the marking is the program's.
    """

    account = models.ForeignKey("creditbank.Account", on_delete=models.PROTECT, related_name="exam_results")
    family = models.CharField(max_length=30)
    score = models.PositiveSmallIntegerField()
    taken_on = models.DateField()
    state = models.CharField(max_length=10, choices=ResultState.choices, default=ResultState.RECORDED)
    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, related_name="result", null=True)
    recorded_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("creditbank.Person", on_delete=models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-taken_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "family", "taken_on"],
                condition=models.Q(sitting__isnull=True),
                name="one_result_a_day",
            ),
            models.CheckConstraint(condition=models.Q(score__lte=100), name="score_at_most_100"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("recorded_by")),
                name="result_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(recorded_by__isnull=False) | models.Q(sitting__isnull=False),
                name="result_has_an_origin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.score}"
