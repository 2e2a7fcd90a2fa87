"""Honours in use: reserved with an application, used at issue, freed if the application ends without one (I-2).

The rule "once per certificate family, once in all across the two teacher families" is the unique key of ``HonourUse``.
An honour that was corrected, or reported a second time, is a row of its own but the same honour: what one was used for,
every other was used for too.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from creditbank.certificates.models import HonourUse, UseState
from creditbank.errors import Refused
from creditbank.evaluation.models import Honour

TEACHER_FAMILIES: Final = ("robotics-teacher", "programming-teacher")
_STANDING: Final = (UseState.RESERVED, UseState.USED)


def use_group(family: str) -> str:
    """The group in which an honour counts once: the family itself, or ``teacher`` for both teacher families (选一)."""
    return "teacher" if family in TEACHER_FAMILIES else family


def families_used(honours: Iterable[Honour]) -> dict[int, list[str]]:
    """For each honour id, the families it is reserved or used for, in whichever report of it; three queries."""
    asked = list(honours)
    reports = _reports_of(asked)
    uses = HonourUse.objects.filter(
        honour_id__in={each for same in reports.values() for each in same}, state__in=_STANDING
    )
    families: dict[int, list[str]] = {}
    for honour_id, family in uses.order_by("id").values_list("honour_id", "family"):
        families.setdefault(honour_id, []).append(family)
    return {
        honour.pk: list(dict.fromkeys(each for pk in sorted(reports[honour.pk]) for each in families.get(pk, ())))
        for honour in asked
    }


def _reports_of(honours: list[Honour]) -> dict[int, set[int]]:
    """For each honour id, the ids of every report of the same honour to the same account, its own among them."""
    accounts = {honour.account_id for honour in honours}
    keys: dict[int, set[_Key]] = {}
    for row in Honour.objects.filter(account_id__in=accounts).select_related("row__credit_return"):
        keys[row.pk] = _keys_of(row)
    return {
        honour.pk: {honour.pk} | {pk for pk, found in keys.items() if found & keys.get(honour.pk, set())}
        for honour in honours
    }


_Key = tuple[object, ...]


def _keys_of(honour: Honour) -> set[_Key]:
    """What two reports of one honour share: the achievement's number at its institution, or what the paper says."""
    paper = (honour.scope, honour.discipline, honour.awarded_on, honour.certificate_number)
    found: set[_Key] = {(honour.account_id, *paper)} if honour.certificate_number else set()
    if honour.row is not None:
        institution_id = honour.row.credit_return.institution_id
        found.add((honour.account_id, institution_id, honour.row.achievement_number))
    return found


def reserve_honour(*, honour: Honour, family: str, redemption_number: str, at: datetime) -> HonourUse:
    """Reserve an honour for an application. Raises ``Refused`` when it stands for another certificate already.

    The unique key speaks for the row; for other reports of the same honour, the lock on the account that the caller
    has.
    """
    if use_group(family) in {use_group(each) for each in families_used([honour])[honour.pk]}:
        raise _used_already()
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
        raise _used_already() from error


def _used_already() -> Refused:
    return Refused("这项第一名荣誉已经用于兑换这一类证书，不能再用。", clause="R-4.3", field="honour")


def free_honours(*, redemption_number: str, at: datetime) -> int:
    """Free what an application reserved; how many were freed (0 or 1)."""
    return _end(redemption_number, UseState.FREED, at)


def consume_honours(*, redemption_number: str, at: datetime) -> int:
    """Mark what an application reserved as used; how many were used (0 or 1)."""
    return _end(redemption_number, UseState.USED, at)


def _end(redemption_number: str, state: UseState, at: datetime) -> int:
    reserved = HonourUse.objects.filter(redemption_number=redemption_number, state=UseState.RESERVED)
    return reserved.update(state=state, ended_at=at)
