"""Scarce things: taken and given back in their own locked rows, in the caller's transaction (never oversold).

The caller has locked its own row and the book first; the allotments come last, by id.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from creditbank.catalogue.models import Allotment, AllotmentUnit, Price, Taking
from creditbank.errors import Refused

_USED_UP: Final = {
    AllotmentUnit.SEATS: gettext_noop("名额刚刚用完了。"),
    AllotmentUnit.FEN: gettext_noop("本期经费刚刚用完了。"),
}


@transaction.atomic
def take(*, price: Price, reference: str, at: datetime) -> Taking:
    """Take one seat and the money of one redemption, as far as the price is limited.

    Asked again with the same reference, it takes nothing more. Raises ``Refused`` when no seat is left or the money
    does not cover it; nothing is taken then.
    """
    locked = _locked(price)
    taking, made = Taking.objects.get_or_create(reference=reference, defaults={"price": price, "taken_at": at})
    if not made:
        return taking
    for allotment in locked:
        allotment.taken += _amount(price, allotment)
        if allotment.taken > allotment.total:
            unit = AllotmentUnit(allotment.unit)
            raise Refused(_USED_UP[unit], clause="M-11.0", code=f"no-{unit}-left")
        allotment.save(update_fields=["taken"])
    return taking


@transaction.atomic
def give_back(*, reference: str, at: datetime) -> bool:
    """Give back what a reference took; whether anything was (a second time nothing is)."""
    taking = Taking.objects.select_related("price").filter(reference=reference).first()
    if taking is None:
        return False
    locked = _locked(taking.price)
    # Asked after the lock: of two that give back at once, one changes the row.
    if not Taking.objects.filter(pk=taking.pk, given_back_at=None).update(given_back_at=at):
        return False
    for allotment in locked:
        allotment.taken -= _amount(taking.price, allotment)
        allotment.save(update_fields=["taken"])
    return True


def _locked(price: Price) -> list[Allotment]:
    wanted = [each for each in (price.seats_id, price.budget_id) if each is not None]
    return list(Allotment.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))


def _amount(price: Price, allotment: Allotment) -> int:
    return 1 if allotment.pk == price.seats_id else price.charge_fen
