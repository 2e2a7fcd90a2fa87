"""Which page shows a line of the work list: one builder for each source."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from creditbank.evaluation.models import CreditReturn
from creditbank.people.models import AccountOpening
from creditbank.portals.office.access import Desk
from creditbank.portals.office.correction_case import correction_pane, corrections
from creditbank.portals.office.frame import Pane
from creditbank.portals.office.opening_case import duplicate_pane, find_duplicate, find_opening, opening_pane
from creditbank.portals.office.redemption_case import find as find_redemption
from creditbank.portals.office.redemption_case import redemption_pane
from creditbank.portals.office.renewals import renewal_case
from creditbank.portals.office.returns import find as find_return
from creditbank.portals.office.returns import return_pane
from creditbank.portals.office.small_cases import exam_case, honour_case, reversal_case, skill_case, small_pane
from creditbank.portals.office.two_person_cases import access_case, membership_case, proposal_case
from creditbank.portals.office.work import Ref
from creditbank.redemption.models import Redemption


def pane_of(ref: Ref, desk: Desk) -> Pane | None:
    """The case that a line stands for."""
    build = _BUILDERS.get(ref.source)
    return build(desk, ref.pk) if build else None


def _return(desk: Desk, pk: int) -> Pane:
    return return_pane(desk, find_return(CreditReturn.objects.values_list("number", flat=True).get(pk=pk)))


def _redemption(desk: Desk, pk: int) -> Pane:
    return redemption_pane(desk, find_redemption(Redemption.objects.values_list("number", flat=True).get(pk=pk)))


def _opening(desk: Desk, pk: int) -> Pane:
    return opening_pane(desk, find_opening(AccountOpening.objects.values_list("number", flat=True).get(pk=pk)))


_BUILDERS: Final[Mapping[str, Callable[[Desk, int], Pane]]] = {
    "return": _return,
    "review": _redemption,
    "decision": _redemption,
    "opening": _opening,
    "duplicate": lambda desk, pk: duplicate_pane(desk, find_duplicate(pk)),
    "skill": partial(small_pane, skill_case),
    "honour": partial(small_pane, honour_case),
    "correction": lambda desk, pk: correction_pane(desk, corrections().get(pk=pk)),
    "exam": partial(small_pane, exam_case),
    "reversal": partial(small_pane, reversal_case),
    "renewal": partial(small_pane, renewal_case),
    "access": partial(small_pane, access_case),
    "membership": partial(small_pane, membership_case),
    "proposal": partial(small_pane, proposal_case),
}
