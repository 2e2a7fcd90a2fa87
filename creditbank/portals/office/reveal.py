"""The form that asks for personal data in clear: which fields. The look itself is the action's, and recorded there."""

from collections.abc import Mapping
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

FIELDS: Final = (
    ("name", _("姓名")),
    ("birth_date", _("出生日期")),
    ("document_number", _("证件号码")),
    ("phone", _("电话")),
)


class RevealForm(forms.Form):
    """Which fields are needed: no more than the case asks."""

    asked = forms.MultipleChoiceField(
        label=_("查看哪几项"),
        choices=FIELDS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只选办理需要的。每次查看都记录在案，学生和监护人能看到。"),
        error_messages={"required": _("请选择要查看的资料项。")},
    )


def shown_fields(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Label and value of each revealed field, in the order of the form; an empty one as a dash."""
    return [(str(label), values[name] or "—") for name, label in FIELDS if name in values]
