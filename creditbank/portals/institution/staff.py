"""Staff and their roles: an approver of the institution (or the office) appoints and ends them."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from creditbank.errors import Conflict, CreditBankError
from creditbank.institutions.actions import appoint_staff, end_staff
from creditbank.institutions.models import Staff, StaffRole
from creditbank.people.models import Person, User
from creditbank.people.names import name_key
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.institution.access import Desk, back_to, desk_page, show


class AppointForm(forms.Form):
    """Somebody who has a login already; login and name must agree, so that nobody is appointed by a slip."""

    username = forms.CharField(
        label=gettext_lazy("登录名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=StaffRole.choices, widget=forms.RadioSelect)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def staff(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who works here in which role; a POST appoints one more."""
    form = AppointForm(request.POST if request.method == "POST" else None)
    status = 400 if request.method == "POST" else 200
    person = _person_of(form) if form.is_valid() else None
    if person is not None:
        try:
            appoint_staff(
                actor=desk.approver,
                at=desk.at,
                institution=desk.institution,
                person=person,
                role=form.cleaned_data["role"],
            )
        except CreditBankError as error:
            form.add_error(None, error_words(error))
            status = status_of(error)
        else:
            messages.success(request, _("已安排。首次登录须先设置两步验证。"))
            return back_to(desk, "staff")
    posts = Staff.objects.filter(institution=desk.institution).select_related("person")
    context: dict[str, object] = {
        "form": form,
        "present": posts.filter(until=None).order_by("person__name_pinyin", "role"),
        "past": posts.exclude(until=None).order_by("-until")[:20],
    }
    return show(request, desk, "staff", "staff", context, status=status)


@require_POST
@desk_page
def end(request: HttpRequest, desk: Desk, staff_id: int) -> HttpResponse:
    """End a role of this institution."""
    post = Staff.objects.filter(institution=desk.institution, pk=staff_id).select_related("institution").first()
    if post is None:
        raise Http404
    try:
        end_staff(actor=desk.approver, at=desk.at, staff=post)
    except Conflict as error:
        messages.error(request, error_words(error))
        return back_to(desk, "staff")
    messages.success(request, _("角色已结束。"))
    # Whoever ended her own last role has no desk here any more.
    return back_to(desk, "staff") if post.person_id != desk.person_id else redirect("public:arrive")


def _person_of(form: AppointForm) -> Person | None:
    """The person with this login and name; one answer when either does not fit."""
    found = User.objects.filter(username__iexact=form.cleaned_data["username"].strip(), is_active=True)
    user = found.select_related("person").first()
    if user is None or user.person.name_key != name_key(form.cleaned_data["name"]):
        form.add_error("username", _("没有这个登录名，或姓名与它不一致。新同事的登录由管理小组开设。"))
        return None
    return user.person
