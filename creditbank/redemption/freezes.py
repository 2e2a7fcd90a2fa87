"""A redemption that an objection or a complaint has frozen does not go on until that is decided (M-12)."""

from creditbank.errors import Conflict
from creditbank.notices.freezing import causes_of

SUBJECT = "redemption"


def require_not_frozen(number: str) -> None:
    """``Conflict`` (``redemption-frozen``) with the oldest cause while the redemption is frozen."""
    causes = causes_of(SUBJECT, number)
    if causes:
        raise Conflict(
            "这份申请因 %(cause)s 暂停办理，处理完以前不能通过。",
            code="redemption-frozen",
            clause="M-12",
            cause=causes[0],
        )
