"""Accounts at the office: found by card or name, shown masked; personal data in clear only under a grant, recorded."""

from functools import partial
from typing import Final
from uuid import UUID

from django.contrib import messages as notes
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from creditbank.audit.actions import record
from creditbank.errors import CreditBankError
from creditbank.ledger.models import PassbookLine
from creditbank.people.access import reveal_personal_data
from creditbank.people.cards import active_card
from creditbank.people.models import AccessGrant, Account
from creditbank.people.names import name_key
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import LOOKERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import refuse_beside
from creditbank.portals.office.grants import GrantForm, give_grant
from creditbank.portals.office.reveal import RevealForm, shown_fields
from creditbank.portals.office.sight import masked_card, shown_student
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.records.entries import entries_of
from creditbank.records.passbook import summary_of
from creditbank.redemption.models import Redemption

LINES_SHOWN: Final = 20


@require_safe
@office_page(*LOOKERS)
def accounts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Accounts by card number or whole name; nothing is listed before something is sought."""
    sought = bool(request.GET.get("q", "").strip())
    rows = Account.objects.select_related("student__person").order_by("student__person__name_pinyin", "pk")
    listing = make_listing(
        request.GET,
        rows if sought else rows.none(),
        search=_search,
        filters=(Filter("state", _("状态"), Account.State.choices, lambda found, value: found.filter(state=value)),),
    )
    return show_list(
        request,
        desk,
        "accounts",
        title=_("查账户"),
        listing=listing,
        heads=_HEADS,
        cells=partial(_cells, desk),
        placeholder=_("卡号或完整姓名"),
        note=_("输入卡号或完整姓名查找。未成年人的姓名和资料隐去，查阅须有授权或在办事项。"),
    )


@require_safe
@office_page(*LOOKERS)
def account(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """One account, masked; the look itself is recorded."""
    found = _found(holder)
    record(
        actor=desk.acting(*LOOKERS),
        at=desk.at,
        action="account.look",
        subject_kind="account",
        subject_id=found.pk,
        holder_id=found.holder_id,
        clause="M-5",
    )
    return _page(request, desk, found)


@require_POST
@office_page(Role.REVIEWER, Role.DECIDER, Role.HOTLINE, Role.AUDITOR)
def reveal(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """Show asked fields in clear under a grant; the look is recorded, and the family can read of it."""
    found = _found(holder)
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
    return _page(request, desk, found, reveal_form=form, clear=clear, status=status)


@require_POST
@office_page(Role.DECIDER, Role.ADMIN)
def grant(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """Let a colleague see this student's data for a purpose and a time; never oneself."""
    found = _found(holder)
    form, status = GrantForm(request.POST), 400
    if form.is_valid():
        try:
            give_grant(desk, found, form)
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            notes.success(request, _("已授权查阅，学生和监护人能看到。"))
            return HttpResponseRedirect(reverse("office:account", args=[holder]))
    return _page(request, desk, found, grant_form=form, status=status)


def _page(
    request: HttpRequest,
    desk: Desk,
    found: Account,
    *,
    reveal_form: RevealForm | None = None,
    grant_form: GrantForm | None = None,
    clear: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    card = active_card(found)
    lines = list(PassbookLine.objects.of(found.holder_id)[:LINES_SHOWN]) if desk.reader else []
    context: dict[str, object] = {
        "account": found,
        "name": shown_student(found.student, desk.today),
        "card": masked_card(card.card_number) if card else "—",
        "summary": summary_of(found.holder_id),
        "entries": entries_of(lines),
        "redemptions": Redemption.objects.filter(account=found).defer("decision", "facts")[:10] if desk.reader else [],
        "grants": AccessGrant.objects.filter(student=found.student, ends__gt=desk.at).select_related(
            "grantee", "approved_by"
        ),
        "may_grant": desk.may(Role.DECIDER, Role.ADMIN),
        "grant_form": grant_form or GrantForm(),
        "reveal_form": reveal_form or RevealForm(),
        "reveal_url": reverse("office:account_reveal", args=[found.holder_id]),
        "clear": clear or [],
    }
    return show(request, desk, "account", "accounts", context, status=status)


def _found(holder: UUID) -> Account:
    found = Account.objects.select_related("student__person").filter(holder_id=holder).first()
    if found is None:
        raise Http404
    return found


def _search(rows: QuerySet[Account], words: str) -> QuerySet[Account]:
    digits = words.replace(" ", "").replace("-", "")
    if digits.isdecimal():
        return rows.filter(cards__card_number=digits)
    return rows.filter(student__person__name_key=name_key(words))


_HEADS: Final = (
    Head(gettext_lazy("户口")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("单位代码")),
    Head(gettext_lazy("开户日期"), "num"),
)


def _cells(desk: Desk, row: Account) -> tuple[Cell, ...]:
    return (
        Cell(shown_student(row.student, desk.today), name="account", args=(str(row.holder_id),)),
        Cell(row.get_state_display(), state=row.state),
        Cell(row.institution_code or "—"),
        Cell(row.opened_at.date().isoformat(), css="num"),
    )
