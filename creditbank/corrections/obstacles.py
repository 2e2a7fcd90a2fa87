"""What stands in the way of a correction: findings as values, shown beforehand and asked again when it is agreed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from creditbank.certificates.models import Certificate, CertificateState
from creditbank.corrections.models import AccountCorrection, CorrectionKind
from creditbank.errors import Conflict
from creditbank.evaluation.models import ReturnRow, ReturnState
from creditbank.ledger.books import all_lines
from creditbank.ledger.lines import Kind, Line, Reason
from creditbank.ledger.merge import to_replay
from creditbank.people.access import register_case_kind
from creditbank.people.models import Account, Student
from creditbank.redemption.models import Redemption


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why not, as the error that would be raised. A ``lasting`` one stands already against the wish."""

    error: Conflict
    lasting: bool = False


def obstacles_of(correction: AccountCorrection) -> list[Obstacle]:
    """Everything that stands in the way now."""
    if correction.kind == CorrectionKind.ERASE:
        return list(_of_erasure(correction.account))
    assert correction.receiving is not None
    found = [*_of_states(correction, correction.receiving)]
    if correction.kind == CorrectionKind.SPLIT:
        found += _of_lines(correction, correction.receiving)
    else:
        found += _of_twins(correction.account, correction.receiving)
    return [*found, *_of_returns(correction.account)]


def _of_erasure(account: Account) -> Iterator[Obstacle]:
    if account.state != Account.State.CLOSED:
        yield Obstacle(Conflict("须先销户，才能删除身份资料。", code="account-not-closed"), lasting=True)


def _of_states(correction: AccountCorrection, receiving: Account) -> Iterator[Obstacle]:
    account = correction.account
    if Account.State.CLOSED in {account.state, receiving.state}:
        yield Obstacle(Conflict("已销户的户口不能合并或拆分。", code="account-closed"), lasting=True)
    elif receiving.state != Account.State.OPEN:
        yield Obstacle(Conflict("转入的户口须是正常状态，请先解冻。", code="account-frozen"))
    elif correction.kind == CorrectionKind.SPLIT and account.state != Account.State.OPEN:
        yield Obstacle(Conflict("拆出的户口须是正常状态，请先解冻。", code="account-frozen"))


def _of_lines(correction: AccountCorrection, receiving: Account) -> Iterator[Obstacle]:
    chosen = set(correction.seqs)
    lines = splittable_lines(correction.account)
    wanted = [line for line in lines if line.seq in chosen]
    if len(wanted) < len(chosen):
        yield Obstacle(Conflict("所选的明细有的已冲正或已结束，不能拆出。", code="line-not-open"), lasting=True)
    if not any(line.kind == Kind.EARN for line in wanted):
        yield Obstacle(Conflict("至少选择一笔获得的学分。", code="line-without-earn"), lasting=True)
    known = {line.source for line in all_lines(receiving.holder_id)}
    if any(line.source in known for line in wanted):
        yield Obstacle(Conflict("转入的户口已经记过所选的成果，请拆到另一个户口。", code="line-known"), lasting=True)


def splittable_lines(account: Account) -> list[Line]:
    """The lines of the account that a split may name, by number."""
    return sorted(to_replay(all_lines(account.holder_id), Reason.SPLIT), key=lambda line: line.seq)


def _of_twins(account: Account, receiving: Account) -> Iterator[Obstacle]:
    """What one person may have once only, and both accounts have."""
    running = Redemption.objects.open().filter(account=receiving)
    for product, price_class in running.values_list("product", "price_class"):
        if Redemption.objects.open().filter(account=account, product=product, price_class=price_class).exists():
            yield Obstacle(Conflict("两个户口都有同一项兑换在办，请先办结或撤回其中一项。", code="redemption-twice"))
            break
    held = Certificate.objects.exclude(state=CertificateState.REVOKED).filter(account=receiving)
    for family, grade in held.values_list("family", "grade"):
        mine = Certificate.objects.exclude(state=CertificateState.REVOKED).filter(account=account)
        if mine.filter(family=family, grade=grade).exists():
            yield Obstacle(Conflict("两个户口都有同一等级的证书，请先撤销其中一张。", code="certificate-twice"))
            break


def _of_returns(account: Account) -> Iterator[Obstacle]:
    under_way = Q(credit_return__state__in=(ReturnState.ACCEPTED, ReturnState.POSTING))
    row = ReturnRow.objects.filter(under_way, account=account).select_related("credit_return").first()
    if row is not None:
        yield Obstacle(
            Conflict(
                "申报单 %(number)s 正在入账，请等入账后再办。", code="return-posting", number=row.credit_return.number
            )
        )


def is_open_case(number: str, student: Student) -> bool:
    """Whether the office may look at the student's data because a correction of her account is under way."""
    found = AccountCorrection.objects.open().filter(number=number)
    return found.filter(Q(account__student=student) | Q(receiving__student=student)).exists()


register_case_kind("GZ", is_open_case)
