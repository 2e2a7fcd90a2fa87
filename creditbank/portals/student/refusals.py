"""A refused action told beside the field it is about, with everything that was typed still there."""

from django import forms

from creditbank.errors import CreditBankError
from creditbank.portals.failures import error_words, status_of


def tell_in(form: forms.Form, error: CreditBankError) -> int:
    """Put the error's words beside its field, or above the form; the status that the page answers with."""
    field = str(error.data.get("field") or "")
    form.add_error(field if field in form.fields else None, error_words(error))
    return status_of(error)
