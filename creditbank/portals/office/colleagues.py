"""Whom a form means: somebody with a login already, or a new person who gets an invitation."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.people.models import Person, User
from creditbank.people.names import name_key


@dataclass(frozen=True, slots=True)
class Meant:
    """The person with the login, or None for a new one; the name as it was given."""

    person: Person | None
    name: str


class ColleagueForm(forms.Form):
    """A name, and the login of somebody who has one; both must agree, so that nobody is appointed by a slip."""

    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    username = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("已有登录的填写；新同事留空，会得到一次性邀请码。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, object]:
        """Name and login must be one person's."""
        given = super().clean() or {}
        username = str(given.get("username") or "").strip()
        if username and given.get("name"):
            user = User.objects.select_related("person").filter(username__iexact=username, is_active=True).first()
            if user is None or user.person.name_key != name_key(str(given["name"])):
                raise forms.ValidationError({"username": _("没有这个登录名，或姓名与它不一致。")})
            given["person"] = user.person
        return given

    def meant(self) -> Meant:
        """Whom the form means, once it is valid."""
        person = self.cleaned_data.get("person")
        return Meant(person if isinstance(person, Person) else None, str(self.cleaned_data["name"]))
