"""An invitation's code on its way to the next page, which shows it once: sealed, never in clear in the session."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.http import HttpRequest

from creditbank.people.logins import IssuedCode
from creditbank.people.models import Person
from creditbank.vault.sealing import Place, Sealed, seal, unseal

_KEY: Final = "new-invitation"
_PLACE: Final = Place("session", "", "invitation")


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited, her code in groups of four, and until when it works."""

    name: str
    code: str = field(repr=False)
    expires_at: datetime


def keep_code(request: HttpRequest, issued: IssuedCode) -> None:
    """Keep the code for the next page."""
    sealed = seal(issued.code, _PLACE)
    request.session[_KEY] = [issued.person_id, sealed.key_id, sealed.data.hex(), issued.expires_at.isoformat()]


def shown_code(request: HttpRequest) -> Invited | None:
    """The code that was kept, once."""
    kept = request.session.pop(_KEY, None)
    if not isinstance(kept, list):
        return None
    code = unseal(Sealed(str(kept[1]), bytes.fromhex(str(kept[2]))), _PLACE)
    grouped = "-".join(code[start : start + 4] for start in range(0, len(code), 4))
    return Invited(Person.objects.get(pk=int(kept[0])).name, grouped, datetime.fromisoformat(str(kept[3])))
