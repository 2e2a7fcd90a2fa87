"""Honours in use: reserved with an application, used at issue, freed if the application ends without one (I-2).

The rule "once per certificate family, once in all across the two teacher families" is the unique key of ``HonourUse``.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from creditbank.certificates.models import HonourUse, UseState
from creditbank.errors import Refused
from creditbank.evaluation.models import Honour

TEACHER_FAMILIES: Final = ("robotics-teacher", "programming-teacher")


def use_group(family: str) -> str:
    """The group in which an honour counts once: the family itself, or ``teacher`` for both teacher families (选一)."""
    return "teacher" if family in TEACHER_FAMILIES else family


def families_used(honours: Iterable[Honour]) -> dict[int, list[str]]:
    """For each honour id, the families it is reserved or used for."""
    found: dict[int, list[str]] = {honour.pk: [] for honour in honours}
    uses = HonourUse.objects.filter(honour_id__in=found, state__in=(UseState.RESERVED, UseState.USED))
    for honour_id, family in uses.values_list("honour_id", "family"):
        found[honour_id].append(family)
    return found


def reserve_honour(*, honour: Honour, family: str, redemption_number: str, at: datetime) -> HonourUse:
    """Reserve an honour for an application. Raises ``Refused`` when it stands for another certificate already."""
    try:
        with transaction.atomic():
            return HonourUse.objects.create(
                honour=honour,
                family=family,
                use_group=use_group(family),
                redemption_number=redemption_number,
                reserved_at=at,
            )
    except IntegrityError as error:
        raise Refused("这项第一名荣誉已经用于兑换这一类证书，不能再用。", clause="R-4.3", field="honour") from error


def free_honours(*, redemption_number: str, at: datetime) -> int:
    """Free what an application reserved; how many were freed (0 or 1)."""
    return _end(redemption_number, UseState.FREED, at)


def consume_honours(*, redemption_number: str, at: datetime) -> int:
    """Mark what an application reserved as used; how many were used (0 or 1)."""
    return _end(redemption_number, UseState.USED, at)


def _end(redemption_number: str, state: UseState, at: datetime) -> int:
    reserved = HonourUse.objects.filter(redemption_number=redemption_number, state=UseState.RESERVED)
    return reserved.update(state=state, ended_at=at)
