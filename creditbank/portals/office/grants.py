"""The forms of a grant to see a student's data (查阅授权): give one to a colleague, or ask for one oneself."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy

from creditbank.errors import InvalidInput
from creditbank.people.access import LONGEST_GRANT, grant_access
from creditbank.people.models import AccessGrant, Account, OfficeRole, User
from creditbank.portals.office.access import Desk, Role


class GrantForm(forms.Form):
    """Who may look, why, and until when."""

    username = forms.CharField(label=gettext_lazy("同事的登录名"), max_length=60)
    purpose = forms.CharField(
        label=gettext_lazy("查阅目的"),
        max_length=200,
        min_length=4,
        help_text=gettext_lazy("学生和监护人会看到。"),
    )
    days = forms.IntegerField(label=gettext_lazy("期限（天）"), min_value=1, max_value=LONGEST_GRANT.days, initial=7)


class AskForm(forms.Form):
    """Why, and for how many days: the asker is whoever sends it."""

    purpose = forms.CharField(
        label=gettext_lazy("查阅目的"),
        max_length=200,
        min_length=4,
        help_text=gettext_lazy("批准后学生和监护人会看到。"),
    )
    days = forms.IntegerField(label=gettext_lazy("期限（天）"), min_value=1, max_value=LONGEST_GRANT.days, initial=7)


def give_grant(desk: Desk, account: Account, form: GrantForm) -> AccessGrant:
    """Approve the grant as asked. Raises ``InvalidInput`` for a colleague who does not work at the office."""
    given = form.cleaned_data
    user = User.objects.select_related("person").filter(username__iexact=given["username"], is_active=True).first()
    if user is None or not OfficeRole.objects.held_at(desk.at).filter(person=user.person).exists():
        raise InvalidInput("管理小组没有这个登录名。", field="username")
    return grant_access(
        actor=desk.acting(Role.ADMIN, Role.DECIDER),
        at=desk.at,
        student=account.student,
        grantee=user.person,
        purpose=given["purpose"],
        starts=desk.at,
        ends=desk.at + timedelta(days=given["days"]),
    )
