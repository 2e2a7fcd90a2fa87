"""A renewed code, as two persons make it."""

from creditbank.people.code_renewals import approve_new_code, ask_for_new_code
from creditbank.people.logins import IssuedCode
from creditbank.people.models import Account, Person
from tests.people.cast import AT, Cast


def renewed(cast: Cast, account: Account, person: Person) -> IssuedCode:
    """A new code: one reviewer asked for it, the other confirmed."""
    asked = ask_for_new_code(actor=cast.reviewer, at=AT, account=account, person=person, method="original")
    return approve_new_code(actor=cast.second_reviewer, at=AT, renewal=asked)
