"""What the office sees of a student without a reason: the name of a minor is masked on every list and page."""

from datetime import date
from uuid import UUID

from django.http import Http404

from creditbank.people.guardians import ADULT_AGE, is_minor, is_under
from creditbank.people.models import Account, AccountOpening, Student
from creditbank.people.names import mask_name


def shown_student(student: Student, on: date) -> str:
    """The student's name, masked for a minor."""
    return mask_name(student.person.name) if is_minor(student, on) else student.person.name


def shown_applicant(opening: AccountOpening, on: date) -> str:
    """The applicant's name, masked for a minor; a dash when it was emptied."""
    if not opening.name or opening.birth_date is None:
        return "—"
    return mask_name(opening.name) if is_under(opening.birth_date, ADULT_AGE, on) else opening.name


def masked_card(number: str) -> str:
    """A card number of which the last four digits show."""
    return "•" * (len(number) - 4) + number[-4:]


def account_of_holder(holder: UUID) -> Account:
    """The account of the ledger's holder, with its student and person; 404 for none."""
    found = Account.objects.select_related("student__person").filter(holder_id=holder).first()
    if found is None:
        raise Http404
    return found
