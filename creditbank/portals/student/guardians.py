"""Guardians: a login of one's own before a child is entered, and a further child by the code of its slip."""

from datetime import datetime
from typing import Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from creditbank import clock
from creditbank.audit.actor import PUBLIC
from creditbank.errors import CreditBankError
from creditbank.people.actors import acting_as
from creditbank.people.consents import PRIVACY, current_text
from creditbank.people.logins import join_with_code, register_guardian
from creditbank.people.models import User
from creditbank.portals.public.human_check import answered, new_question
from creditbank.portals.student.access import CHOSEN, back_to
from creditbank.portals.student.offers import words_of
from creditbank.portals.student.refusals import tell_in

_QUIET: Final = {"autocomplete": "off", "spellcheck": "false"}
_SECRET: Final = {"autocomplete": "new-password"}


class CodeForm(forms.Form):
    """Card and one-time code, as printed on the opening slip."""

    card_number = forms.CharField(
        label=gettext_lazy("素质教育卡号"),
        max_length=20,
        help_text=gettext_lazy("13 位数字，印在开户凭条上"),
        widget=forms.TextInput(attrs={**_QUIET, "inputmode": "numeric"}),
    )
    code = forms.CharField(
        label=gettext_lazy("激活码"),
        max_length=30,
        help_text=gettext_lazy("印在开户凭条上，只能用一次；学生和监护人各有各的"),
        widget=forms.TextInput(attrs={**_QUIET, "autocapitalize": "characters"}),
    )

    def clean_card_number(self) -> str:
        """The digits without the spaces that the slip prints between them."""
        return "".join(str(self.cleaned_data["card_number"]).split())


class LoginForm(forms.Form):
    """The login that somebody makes for herself."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=40,
        help_text=gettext_lazy("3 至 40 个小写字母、数字、点或短横，以字母开头；不要用证件号或手机号"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("至少 10 位，不能全是数字"),
        widget=forms.PasswordInput(attrs=_SECRET),
    )
    again = forms.CharField(
        label=gettext_lazy("再输一次密码"), max_length=200, strip=False, widget=forms.PasswordInput(attrs=_SECRET)
    )

    def clean_again(self) -> str:
        """Both passwords are the same."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("两次输入的密码不一样。"))
        return again


class GuardianForm(LoginForm):
    """A guardian's own login, to agree and apply for a child."""

    name = forms.CharField(label=gettext_lazy("您的姓名"), max_length=60, help_text=gettext_lazy("与证件上一致"))
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    privacy_version = forms.CharField(widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=gettext_lazy("我已阅读隐私告知"), error_messages={"required": gettext_lazy("请先阅读，再勾选。")}
    )
    field_order = ("name", "phone", "username", "password", "again", "privacy_version", "read")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A guardian registers; it gives no right to any student yet."""
    at = clock.now()
    notice = current_text(PRIVACY, at)
    form = GuardianForm(request.POST if request.method == "POST" else None, initial={"privacy_version": notice.version})
    status = 200
    if form.is_valid():
        if not answered(request.POST.get("question", ""), request.POST.get("answer", "")):
            form.add_error(None, _("请回答最下面的小问题。"))
        else:
            try:
                return _registered(request, form, at)
            except CreditBankError as error:
                status = tell_in(form, error)
    context = {"form": form, "notice": notice, "notice_words": words_of(notice), "question": new_question()}
    return render(request, "student/register.html", context, status=status)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def join(request: HttpRequest) -> HttpResponse:
    """A guardian who has a login takes on another child by the guardian's code of that child's slip."""
    assert isinstance(request.user, User)
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            joined = join_with_code(
                actor=acting_as(request.user.person, "guardian"),
                at=clock.now(),
                card_number=form.cleaned_data["card_number"],
                code=form.cleaned_data["code"],
            )
        except CreditBankError as error:
            status = tell_in(form, error)
        else:
            request.session[CHOSEN] = str(joined.student.account.holder_id)
            messages.success(request, _("已加入。现在可以查看这个孩子的存折。"))
            return back_to("passbook")
    return render(request, "student/join.html", {"form": form}, status=status)


@sensitive_variables()
def _registered(request: HttpRequest, form: GuardianForm, at: datetime) -> HttpResponse:
    given = form.cleaned_data
    register_guardian(
        actor=PUBLIC,
        at=at,
        name=given["name"],
        username=given["username"],
        password=given["password"],
        privacy_version=given["privacy_version"],
        phone=given["phone"],
    )
    messages.success(request, _("登录已设好，请登录后为孩子开户。"))
    following = urlencode({"next": reverse("entry:opening")})
    return HttpResponseRedirect(f"{reverse('account_login')}?{following}")
