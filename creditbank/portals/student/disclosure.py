"""What a student reads of the notice that names her redemption, and where her agreement to show her name stands."""

from dataclasses import dataclass

from creditbank.clock import today
from creditbank.notices.models import Notice
from creditbank.notices.reading import is_shown
from creditbank.portals.student.access import Reader
from creditbank.redemption.disclosure import DISCLOSED_STATES, agreed_to_name, notice_of
from creditbank.redemption.models import Redemption


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The notice (None: not yet published), whether it is shown today, and whether a masked name stands there."""

    notice: Notice | None
    shown: bool
    named: bool


def disclosed(reader: Reader, found: Redemption) -> Disclosed | None:
    """How the redemption is disclosed; None for one that will never be."""
    if found.state not in DISCLOSED_STATES:
        return None
    on, notice = today(reader.at), notice_of(found)
    student = found.account.student
    return Disclosed(notice, notice is not None and is_shown(notice, on), student.pk in agreed_to_name([student], on))
