"""What corrections forget with a person: her name in what was written, and herself in the accounts merged into hers."""

from creditbank.corrections.models import AccountCorrection, CorrectionKind, CorrectionState
from creditbank.people.account_hooks import Erasure, blank_name
from creditbank.people.account_states import forget_person


def erase_from_corrections(erasure: Erasure) -> None:
    """Blank the name in every correction of the account; an account that was merged into it was the same person's."""
    account = erasure.account
    blank_name(AccountCorrection.objects.all().touching(account.pk), erasure, "reason", "decision_note")
    merged = AccountCorrection.objects.filter(receiving=account, kind=CorrectionKind.MERGE, state=CorrectionState.DONE)
    for correction in merged.select_related("account__student__person").order_by("id"):
        forget_person(correction.account, at=erasure.at)
