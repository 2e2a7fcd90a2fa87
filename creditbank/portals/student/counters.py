"""Where a family shows the originals: at a member institution of its choice, or at the office."""

from typing import Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.institutions.models import Institution
from creditbank.institutions.register import public_register
from creditbank.people.models import AccountOpening

FIELD: Final = "originals_at"
MOST_LISTED: Final = 300


def counter_field() -> forms.ChoiceField:
    """The choice; :func:`offer_counters` fills it when the form is made."""
    return forms.ChoiceField(
        label=gettext_lazy("到哪里核对证件原件"),
        required=False,
        help_text=gettext_lazy("选孩子就读的学校或附近的成员单位最方便。"),
    )


def offer_counters(form: forms.Form) -> None:
    """Offer the members in good standing; past 300 of them the code is typed, as the register of members shows it."""
    members = list(public_register().order_by("name_pinyin").values_list("code", "name")[: MOST_LISTED + 1])
    field = form.fields[FIELD]
    if len(members) <= MOST_LISTED and isinstance(field, forms.ChoiceField):
        field.choices = [("", _("管理小组")), *members]
        return
    form.fields[FIELD] = forms.CharField(
        label=field.label,
        required=False,
        max_length=40,
        help_text=_("填成员单位的代码（见“成员单位”名单）；留空就是管理小组。"),
    )


def place_of(opening: AccountOpening | None) -> str:
    """The name of the place where the originals are to be shown."""
    return institution_of(opening) or _("管理小组")


def institution_of(opening: AccountOpening | None) -> str:
    """The name of the institution that the application names, for the form; empty for the office."""
    code = (opening.institution_code or opening.originals_at) if opening else ""
    institution = Institution.objects.filter(code=code).first() if code else None
    return institution.name if institution else ""
