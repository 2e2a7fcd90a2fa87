"""The balance query with card and identity paper (M-5): by POST, never kept, one neutral answer for every miss."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from creditbank import clock
from creditbank.errors import Busy, InvalidInput
from creditbank.ledger.books import balance_of
from creditbank.ledger.models import KindLabel, PassbookLine
from creditbank.network import source_of
from creditbank.people.balance_query import needs_human_check, query_account
from creditbank.people.models import Account
from creditbank.people.names import mask_name
from creditbank.portals.public.human_check import answered, new_question

LINES_SHOWN: Final = 5
_QUIET: Final = {"autocomplete": "off", "spellcheck": "false"}


class BalanceForm(forms.Form):
    """The two facts that identify the caller."""

    card = forms.CharField(
        label=_("素质教育卡号"),
        max_length=40,
        help_text=_("在卡片正面，或开户凭条上"),
        widget=forms.TextInput(attrs={**_QUIET, "inputmode": "numeric", "placeholder": _("13 位数字")}),
    )
    document_number = forms.CharField(
        label=_("证件号码"),
        max_length=40,
        help_text=_("身份证、居住证、通行证、护照或学籍号。只用来核对，不会出现在网址里"),
        widget=forms.TextInput(attrs=_QUIET),
    )


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as the query shows it: day, kind, change and balance in hundredths."""

    on: date
    label: str | Promise
    change_hundredths: int
    available_hundredths: int


@dataclass(frozen=True, slots=True)
class ShownBalance:
    """What the query shows: a masked name and figures, in hundredths; no personal data beyond."""

    masked_name: str
    available_hundredths: int
    held_hundredths: int
    spent_hundredths: int
    lines: Sequence[ShownLine]


@sensitive_post_parameters("card", "document_number")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def query(request: HttpRequest) -> HttpResponse:
    """Show the form; on POST the balance, or the one answer that every miss gets."""
    at = clock.now()
    form = BalanceForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form, "asked_at": at}
    status = 200
    if form.is_valid():
        outcome, account = _ask(request, form, at)
        if account is not None:
            context["found"] = shown_balance(account)
        else:
            # The paper's number is not sent back: the next person at this machine must not find it.
            context |= {"form": BalanceForm(initial={"card": form.cleaned_data["card"]}), outcome: True}
            status = 429 if outcome == "too_many" else 200
    if "unproved" in context or needs_human_check(at=at, source=source_of(request)):
        context["question"] = new_question()
    return render(request, "public/balance.html", context, status=status)


@sensitive_variables()
def _ask(request: HttpRequest, form: BalanceForm, at: datetime) -> tuple[str, Account | None]:
    try:
        account = query_account(
            at=at,
            source=source_of(request),
            card_number=form.cleaned_data["card"],
            document_number=form.cleaned_data["document_number"],
            human_checked=answered(request.POST.get("question", ""), request.POST.get("answer", "")),
        )
    except Busy:
        return "too_many", None
    except InvalidInput:
        return "unproved", None
    return "missed", account


def shown_balance(account: Account) -> ShownBalance:
    """The figures of an account and its last lines."""
    balance = balance_of(account.holder_id)
    return ShownBalance(
        masked_name=mask_name(account.student.person.name),
        available_hundredths=balance.available,
        held_hundredths=balance.held,
        spent_hundredths=balance.spent,
        lines=_last_lines(account),
    )


def _last_lines(account: Account) -> list[ShownLine]:
    newest = list(PassbookLine.objects.of(account.holder_id)[: LINES_SHOWN + 1])
    before = [line.available for line in newest[1:]]
    if len(newest) <= LINES_SHOWN:
        before.append(0)
    return [
        ShownLine(clock.today(line.recorded_at), KindLabel(line.kind).label, line.available - older, line.available)
        for line, older in zip(newest, before, strict=False)
    ]
