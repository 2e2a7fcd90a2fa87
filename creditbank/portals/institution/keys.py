"""Keys for the institution's own systems: made by an approver, shown once, revoked by anybody on the staff."""

from datetime import datetime, time
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from creditbank.clock import CIVIL_ZONE
from creditbank.errors import CreditBankError
from creditbank.institutions.actions import SCOPES, create_api_key, revoke_api_key
from creditbank.institutions.models import ApiKey, Staff, StaffRole
from creditbank.people.models import Person
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.institution.access import Desk, back_to, desk_page, show
from creditbank.vault.sealing import Place, Sealed, seal, unseal

_SHOWN_ONCE: Final = "new-api-key"
_PLACE: Final = Place("session", "", "api_key")
SCOPE_WORDS: Final = {
    "returns:write": gettext_lazy("上传和提交申报"),
    "returns:read": gettext_lazy("查看申报"),
    "accounts:read": gettext_lazy("查看学生名册"),
    "redemptions:write": gettext_lazy("受理兑换"),
}


class KeyForm(forms.Form):
    """A new key: what it is called, what it may do, for which clerk it acts, until when."""

    label = forms.CharField(label=gettext_lazy("用途"), max_length=60, help_text=gettext_lazy("如：教务系统"))
    acts_for = forms.ModelChoiceField(
        label=gettext_lazy("代表哪位经办"),
        queryset=Person.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("用这个密钥办的事，记在这位同事名下。"),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("可以做什么"),
        choices=[(scope, SCOPE_WORDS.get(scope, scope)) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = forms.DateField(
        label=gettext_lazy("有效期至"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def keys(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every key; a POST makes one, whose secret the next page shows, once."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    clerks = form.fields["acts_for"]
    assert isinstance(clerks, forms.ModelChoiceField)
    held = Staff.objects.filter(institution=desk.institution, role=StaffRole.CLERK, until=None)
    clerks.queryset = Person.objects.filter(pk__in=held.values("person_id")).order_by("name_pinyin")
    status = 400 if request.method == "POST" else 200
    if form.is_valid():
        try:
            return _make(request, desk, form)
        except CreditBankError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error_words(error))
            status = status_of(error)
    mine = ApiKey.objects.filter(institution=desk.institution).select_related("acts_for").order_by("-pk")
    context: dict[str, object] = {
        "form": form,
        "secret": _shown_once(request),
        "keys": [(each, _scope_words(each), _standing(each, desk.at)) for each in mine],
    }
    return show(request, desk, "keys", "keys", context, status=status)


@require_POST
@desk_page
def revoke(request: HttpRequest, desk: Desk, key_id: int) -> HttpResponse:
    """End a key at once."""
    key = ApiKey.objects.filter(institution=desk.institution, pk=key_id).select_related("institution").first()
    if key is None:
        raise Http404
    revoke_api_key(actor=desk.actor, at=desk.at, key=key)
    messages.success(request, _("密钥 %(prefix)s 已停用。") % {"prefix": key.prefix})
    return back_to(desk, "keys")


def _make(request: HttpRequest, desk: Desk, form: KeyForm) -> HttpResponse:
    until = form.cleaned_data["expires_on"]
    made = create_api_key(
        actor=desk.approver,
        at=desk.at,
        institution=desk.institution,
        label=form.cleaned_data["label"].strip(),
        scopes=form.cleaned_data["scopes"],
        acts_for=form.cleaned_data["acts_for"],
        expires_at=datetime.combine(until, time(23, 59, 59), CIVIL_ZONE) if until else None,
    )
    # Sealed on its way to the next page: the session's table must never hold a key in clear.
    sealed = seal(made.secret, _PLACE)
    request.session[_SHOWN_ONCE] = [sealed.key_id, sealed.data.hex()]
    return back_to(desk, "keys")


def _shown_once(request: HttpRequest) -> str:
    kept = request.session.pop(_SHOWN_ONCE, None)
    return unseal(Sealed(str(kept[0]), bytes.fromhex(str(kept[1]))), _PLACE) if isinstance(kept, list) else ""


def _scope_words(key: ApiKey) -> str:
    return _("、").join(str(SCOPE_WORDS.get(scope, scope)) for scope in key.scopes)


def _standing(key: ApiKey, at: datetime) -> str:
    """``revoked``, ``expired`` or ``in-force``."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= at else "in-force"
