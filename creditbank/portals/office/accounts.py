"""Accounts at the office: found by card or name, shown masked; the book and personal data under a grant alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.errors import CreditBankError
from creditbank.ledger.models import PassbookLine
from creditbank.people.access import reveal_personal_data, who_saw
from creditbank.people.cards import active_card
from creditbank.people.looks import look_at_account
from creditbank.people.models import AccessGrant, Account
from creditbank.people.names import name_key
from creditbank.portals.office.access import LOOKERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import refuse_beside
from creditbank.portals.office.grants import AskForm, GrantForm, give_grant
from creditbank.portals.office.reveal import FIELDS, RevealForm, shown_fields
from creditbank.portals.office.sight import masked_card, shown_student
from creditbank.records.entries import entries_of
from creditbank.records.passbook import summary_of
from creditbank.redemption.models import Redemption

LINES_SHOWN: Final = 20
LOOKS_SHOWN: Final = 30
MOST_FOUND: Final = 50
REVEALERS: Final = (Role.REVIEWER, Role.DECIDER, Role.HOTLINE, Role.AUDITOR)


class SearchForm(forms.Form):
    """A card number or a whole name: sent by POST, so that neither stands in an address."""

    sought = forms.CharField(
        label=gettext_lazy("卡号或完整姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"required": gettext_lazy("请填写卡号或姓名。")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*LOOKERS)
def accounts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Accounts by card number or whole name; nothing is listed before something is sought."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    found: list[Account] = []
    if form.is_valid():
        rows = Account.objects.select_related("student__person").order_by("student__person__name_pinyin", "pk")
        found = list(_search(rows, form.cleaned_data["sought"])[: MOST_FOUND + 1])
    context: dict[str, object] = {
        "form": form,
        "sought": form.is_bound and form.is_valid(),
        "rows": [(each, shown_student(each.student, desk.today)) for each in found[:MOST_FOUND]],
        "more": len(found) > MOST_FOUND,
    }
    return show(request, desk, "accounts", "accounts", context, status=400 if form.errors else 200)


@require_safe
@office_page(*LOOKERS)
def account(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """One account: masked, and its book for those who have a reason; the look itself is recorded."""
    return account_page(request, desk, find_account(holder))


@require_POST
@office_page(*REVEALERS)
def reveal(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """Show asked fields in clear under a grant; the look is recorded, and the family can read of it."""
    found = find_account(holder)
    form, status = RevealForm(request.POST), 400
    clear: list[tuple[str, str]] = []
    if form.is_valid():
        try:
            values = reveal_personal_data(
                actor=desk.acting(*LOOKERS), at=desk.at, student=found.student, fields=form.cleaned_data["asked"]
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            clear, status = shown_fields(values), 200
    return account_page(request, desk, found, reveal_form=form, clear=clear, status=status)


@require_POST
@office_page(Role.DECIDER, Role.ADMIN)
def grant(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """Let a colleague see this student's data for a purpose and a time; never oneself."""
    found = find_account(holder)
    form, status = GrantForm(request.POST), 400
    if form.is_valid():
        try:
            give_grant(desk, found, form)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            notes.success(request, _("已授权查阅，学生和监护人能看到。"))
            return HttpResponseRedirect(reverse("office:account", args=[holder]))
    return account_page(request, desk, found, grant_form=form, status=status)


def account_page(
    request: HttpRequest,
    desk: Desk,
    found: Account,
    *,
    reveal_form: RevealForm | None = None,
    grant_form: GrantForm | None = None,
    ask_form: AskForm | None = None,
    clear: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one account, with the forms as they were sent; the look itself is recorded."""
    card = active_card(found)
    seen = look_at_account(actor=desk.acting(*LOOKERS), at=desk.at, account=found)
    lines = list(PassbookLine.objects.of(found.holder_id)[:LINES_SHOWN]) if seen else []
    context: dict[str, object] = {
        "account": found,
        "name": shown_student(found.student, desk.today),
        "card": masked_card(card.card_number) if card else "—",
        "seen": seen,
        "summary": summary_of(found.holder_id) if seen else None,
        "entries": entries_of(lines),
        "redemptions": Redemption.objects.filter(account=found).defer("decision", "facts")[:10] if seen else [],
        "looks": _looks(desk, found) if desk.auditor else None,
        "may_renew": desk.may(Role.REVIEWER, Role.HOTLINE),
        "may_reveal": not desk.roles.isdisjoint(REVEALERS),
        "grants": AccessGrant.objects.filter(student=found.student, ends__gt=desk.at).select_related(
            "grantee", "approved_by"
        ),
        "may_grant": desk.may(Role.DECIDER, Role.ADMIN),
        "grant_form": grant_form or GrantForm(),
        "ask_form": ask_form or AskForm(auto_id="ask_%s"),
        "reveal_form": reveal_form or RevealForm(),
        "reveal_url": reverse("office:account_reveal", args=[found.holder_id]),
        "clear": clear or [],
    }
    return show(request, desk, "account", "accounts", context, status=status)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the student's data, in words."""

    at: datetime
    who: str
    role: str
    words: str
    case: str


def _looks(desk: Desk, found: Account) -> list[Look]:
    roles = {role.value: str(role.label) for role in Role}
    fields = {**{name: str(label) for name, label in FIELDS}, "passbook": _("存折")}
    return [
        Look(
            sight.at,
            sight.who,
            roles.get(sight.role, sight.role),
            _("、").join(fields.get(name, name) for name in sight.fields),
            sight.case,
        )
        for sight in who_saw(actor=desk.acting(Role.AUDITOR), at=desk.at, student=found.student)[:LOOKS_SHOWN]
    ]


def find_account(holder: UUID) -> Account:
    """The account of a holder; 404 when there is none."""
    found = Account.objects.select_related("student__person").filter(holder_id=holder).first()
    if found is None:
        raise Http404
    return found


def _search(rows: QuerySet[Account], words: str) -> QuerySet[Account]:
    digits = words.replace(" ", "").replace("-", "")
    if digits.isdecimal():
        return rows.filter(cards__card_number=digits)
    return rows.filter(student__person__name_key=name_key(words))
