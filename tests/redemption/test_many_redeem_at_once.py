"""Sixteen applications for the last credits of one account, at once: exactly one wins, and the books stay whole."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from creditbank.errors import CreditBankError
from creditbank.evaluation.models import AttainmentState, SkillCertificate
from creditbank.examinations.models import ExamResult
from creditbank.ledger.verify import verify
from creditbank.redemption.actions import apply_for_product
from creditbank.redemption.holds import hold_facts
from creditbank.redemption.models import Redemption
from tests.cast import AT, actor
from tests.redemption.stage import balance, grown_up, set_stage

CLIENTS = 16
PRODUCTS = ("certificate.athlete.3", "certificate.coach.3", "certificate.referee.3")


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_sixteen_gets_the_last_credits() -> None:
    adult = grown_up(set_stage())
    for family in ("coach", "referee"):
        passed = ExamResult.objects.get(account=adult.account, family="athlete")
        passed.pk, passed.family = None, family
        passed.save()
    assert SkillCertificate.objects.filter(account=adult.account, state=AttainmentState.CONFIRMED).count() == 1
    student = actor(adult.account.student.person, "student")
    together = Barrier(CLIENTS)

    def redeem(turn: int) -> bool:
        try:
            together.wait()
            product = PRODUCTS[turn % len(PRODUCTS)]
            apply_for_product(actor=student, account=adult.account, product=product, at=AT)
        except CreditBankError:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLIENTS) as clients:
        won = list(clients.map(redeem, range(CLIENTS)))
    assert won.count(True) == 1
    assert Redemption.objects.count() == 1
    assert (balance(adult.account).available, balance(adult.account).held) == (1000, 12000)
    assert verify(at=AT, hold_facts=hold_facts).problem is None
