"""What a correction has to say when an account is closed or opened again (``ACCOUNT_HOOKS``)."""

from datetime import datetime

from creditbank.corrections.models import AccountCorrection, CorrectionState
from creditbank.errors import Conflict
from creditbank.people.models import Account


def refuse_closing(account: Account) -> None:
    """Nothing is closed into which, or out of which, lines are being brought. Raises Conflict."""
    running = AccountCorrection.objects.touching(account.pk).filter(state=CorrectionState.RUNNING)
    if running.exists():
        raise Conflict("这个户口正在合并或拆分，请等办结。", code="correction-running")


def refuse_thawing(account: Account, _since: datetime, _at: datetime) -> None:
    """What is being merged or split stands still until it is done. Raises Conflict."""
    refuse_closing(account)
