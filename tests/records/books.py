"""A passbook with something of everything: credited rows, a reversal, a redeemed certificate, an open hold."""

from dataclasses import dataclass
from datetime import date, timedelta

from creditbank.certificates.models import Certificate
from creditbank.evaluation.models import CreditReturn, ReturnRow, ReturnState, RowState
from creditbank.institutions.models import SchemeItem
from creditbank.ledger.lines import Domain, Reason, Stage
from creditbank.ledger.posting import Achievement, post_earn, reverse
from creditbank.redemption.actions import accept_redemption
from creditbank.redemption.models import Redemption
from tests.cast import AT
from tests.redemption.stage import Stage12, apply_as_guardian, make_ready, reviewed

HOSTILE = "<script>alert(1)</script>秋季营地"


@dataclass(frozen=True)
class Lived:
    """What happened: the redemption of a certificate, the certificate, the seq of the reversed line."""

    redemption: Redemption
    certificate: Certificate
    reversed_seq: int


def credited(stage: Stage12, title: str, number: str, amount: int = 500, domain: Domain = Domain.PHYSICAL) -> int:
    """Credit a row of a posted return; the seq of its line."""
    cast = stage.cast
    assert cast.clerk.person_id
    assert cast.reviewer.person_id
    credit_return, _ = CreditReturn.objects.get_or_create(
        number="SB-2026-000001",
        defaults={
            "institution": cast.school,
            "state": ReturnState.POSTED,
            "file_name": "成果.xlsx",
            "file_sha256": "0" * 64,
            "uploaded_by_id": cast.clerk.person_id,
            "uploaded_at": AT,
        },
    )
    posted = post_earn(
        stage.account.holder_id,
        achievement=Achievement(cast.school.pk, number),
        amount=amount,
        domain=domain,
        stage=Stage.COMPETITION,
        occurred_on=date(2025, 10, 10),
        actor_id=cast.clerk.person_id,
        approver_id=cast.reviewer.person_id,
        policy_version=1,
        at=AT,
    )
    ReturnRow.objects.create(
        credit_return=credit_return,
        row_number=posted.line.seq + 1,
        account=stage.account,
        holder_id=stage.account.holder_id,
        achievement_number=number,
        source=posted.line.source,
        item=SchemeItem.objects.order_by("pk")[0],
        title=title,
        domain=domain.value,
        stage=Stage.COMPETITION.value,
        occurred_on=date(2025, 10, 10),
        term=1,
        amount_hundredths=amount,
        state=RowState.POSTED,
    )
    return posted.line.seq


def live(stage: Stage12) -> Lived:
    """A reversed row, a hostile title, and a certificate redeemed; the student is made ready if she is not."""
    if not stage.account.skill_certificates.exists():
        make_ready(stage, stage.account)
    twice = credited(stage, "校合唱节 二等奖", "HC-1", 400, Domain.AESTHETIC)
    assert stage.cast.clerk.person_id
    reverse(
        stage.account.holder_id,
        twice,
        actor_id=stage.cast.clerk.person_id,
        approver_id=stage.cast.reviewer.person_id or 0,
        reason=Reason.CREDITED_TWICE,
        at=AT,
    )
    credited(stage, HOSTILE, "YD-1")
    redemption = apply_as_guardian(stage)
    certificate = accept_redemption(
        actor=stage.decider, redemption=reviewed(stage, redemption), issuer=stage.issuer, at=AT + timedelta(hours=2)
    )
    redemption.refresh_from_db()
    return Lived(redemption, certificate, twice)
