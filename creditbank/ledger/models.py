"""The books for screens: read-only models over the tables that ``schema`` makes. Nothing is saved here."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NoReturn
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext_lazy as _

from creditbank.ledger.lines import EMPTY, Balance, Kind


class KindLabel(models.IntegerChoices):
    """What a line is called."""

    EARN = Kind.EARN.value, _("获得")
    REVERSE = Kind.REVERSE.value, _("冲正")
    HOLD = Kind.HOLD.value, _("冻结")
    RELEASE = Kind.RELEASE.value, _("解冻")
    SETTLE = Kind.SETTLE.value, _("核销")
    REFUND = Kind.REFUND.value, _("退回")
    EXPIRE = Kind.EXPIRE.value, _("过期")
    RESTORE = Kind.RESTORE.value, _("恢复")


class DomainLabel(models.IntegerChoices):
    """五育."""

    MORAL = 1, _("德")
    INTELLECTUAL = 2, _("智")
    PHYSICAL = 3, _("体")
    AESTHETIC = 4, _("美")
    LABOUR = 5, _("劳")


class StageLabel(models.IntegerChoices):
    """教 练 赛."""

    TEACHING = 1, _("教")
    PRACTICE = 2, _("练")
    COMPETITION = 3, _("赛")


class ReadOnlyModel(models.Model):
    """Refuses to be saved or deleted through Django; the tables refuse it too."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> NoReturn:
        """Never: lines are written by the posting verbs alone."""
        raise TypeError("The books are written by creditbank.ledger.posting and bulk alone.")

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        """Never."""
        raise TypeError("The books are never deleted.")


class Book(ReadOnlyModel):
    """One holder's book; ``state`` as :class:`creditbank.ledger.lines.BookState`."""

    holder_id = models.UUIDField(primary_key=True)
    state = models.SmallIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "book"


class PassbookLineQuerySet(models.QuerySet["PassbookLine"]):
    """Questions about many lines. Each of them leads with the holder: an index look-up, however large the table."""

    def of(self, holder_id: UUID) -> PassbookLineQuerySet:
        """The holder's lines, newest first."""
        return self.filter(holder_id=holder_id).order_by("-seq")

    def before(self, seq: int) -> PassbookLineQuerySet:
        """Older lines than ``seq``: the next page of a statement."""
        return self.filter(seq__lt=seq)

    def as_of(self, holder_id: UUID, at: datetime) -> Balance:
        """How the book stood at a moment, lines of that moment included."""
        line = self.of(holder_id).filter(recorded_at__lte=at).first()
        return EMPTY if line is None else line.balance

    def open_earns(self, holder_id: UUID) -> PassbookLineQuerySet:
        """Earns that were not reversed, newest first."""
        return self._open(holder_id, Kind.EARN)

    def open_holds(self, holder_id: UUID) -> PassbookLineQuerySet:
        """Holds neither released nor settled, newest first."""
        return self._open(holder_id, Kind.HOLD)

    def domain_totals(self, holder_id: UUID) -> dict[int, int]:
        """Hundredths earned and not reversed, by domain."""
        return self._totals(holder_id, "domain")

    def stage_totals(self, holder_id: UUID) -> dict[int, int]:
        """Hundredths earned and not reversed, by stage."""
        return self._totals(holder_id, "stage")

    def _open(self, holder_id: UUID, kind: Kind) -> PassbookLineQuerySet:
        ending = PassbookLine.objects.filter(holder_id=OuterRef("holder_id"), closes=OuterRef("seq"))
        return self.of(holder_id).filter(~Exists(ending), kind=kind.value)

    def _totals(self, holder_id: UUID, column: str) -> dict[int, int]:
        rows = self.open_earns(holder_id).order_by().values_list(column).annotate(total=Sum("amount"))
        return {int(key): int(total) for key, total in rows}


class PassbookLine(ReadOnlyModel):
    """One line; amounts in hundredths of a credit."""

    pk = models.CompositePrimaryKey("holder_id", "seq")
    holder_id = models.UUIDField()
    seq = models.IntegerField()
    source = models.UUIDField()
    kind = models.SmallIntegerField(choices=KindLabel.choices)
    amount = models.BigIntegerField()
    available = models.BigIntegerField()
    held = models.BigIntegerField()
    spent = models.BigIntegerField()
    expired = models.BigIntegerField()
    owed = models.BigIntegerField()
    earned = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    closes = models.IntegerField(null=True)
    batch_id = models.BigIntegerField(null=True)
    institution_id = models.IntegerField(null=True)
    occurred_on = models.DateField(null=True)
    actor_id = models.IntegerField()
    approver_id = models.IntegerField(null=True)
    policy_version = models.SmallIntegerField(null=True)
    domain = models.SmallIntegerField(choices=DomainLabel.choices, null=True)
    stage = models.SmallIntegerField(choices=StageLabel.choices, null=True)
    reason = models.SmallIntegerField(null=True)
    hash = models.BinaryField()

    objects = PassbookLineQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "passbook_line"
        ordering: ClassVar = ["holder_id", "seq"]

    @property
    def balance(self) -> Balance:
        """How the book stood after this line."""
        return Balance(self.available, self.held, self.spent, self.expired, self.owed, self.earned)


class BookMove(models.Model):
    """That lines of one book were brought into another (a merge, a split): so their titles are found again.

    ``reason`` is a :class:`creditbank.ledger.lines.Reason`.
    """

    giving = models.UUIDField()
    receiving = models.UUIDField(db_index=True)
    reason = models.SmallIntegerField()
    moved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giving", "receiving", "reason"], name="one_move_per_pair")
        ]

    def __str__(self) -> str:
        return f"{self.giving} → {self.receiving}"
