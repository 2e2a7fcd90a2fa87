"""Notices at the office: what is shown, what would be disclosed next, and taking a notice back (M-12)."""

from typing import Final

from django import forms
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.errors import CreditBankError
from creditbank.notices.actions import withdraw_notice
from creditbank.notices.models import Notice, NoticeKind, NoticeLine, NoticeState
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.redemption.disclosure import disclose_redemptions, lines_shown, preview_disclosure

PUBLISHERS: Final = (Role.REVIEWER, Role.DECIDER, Role.ADMIN)
WITHDRAWERS: Final = (Role.DECIDER, Role.ADMIN)
PREVIEWED: Final = 100
LINES_PER_PAGE: Final = 50


class WithdrawForm(forms.Form):
    """Why a notice is taken back; the public reads it."""

    reason = forms.CharField(
        label=gettext_lazy("撤回的理由"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("公众会看到。撤回以后，其中的兑换会列入下一份公示。"),
        error_messages={"required": gettext_lazy("请写明撤回的理由。")},
    )


@require_safe
@office_page(*READERS)
def notices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every notice, the newest first."""
    listing = make_listing(
        request.GET,
        Notice.objects.all(),
        search=lambda rows, words: rows.filter(number__icontains=words),
        filters=(
            Filter("state", _("状态"), NoticeState.choices, lambda rows, value: rows.filter(state=value)),
            Filter("kind", _("类别"), NoticeKind.choices, lambda rows, value: rows.filter(kind=value)),
        ),
    )
    buttons = [(_("新的兑换公示"), reverse("office:disclosure"))] if desk.may(*PUBLISHERS) else []
    return show_list(
        request,
        desk,
        "notices",
        title=_("公示"),
        listing=listing,
        heads=_HEADS,
        cells=_cells,
        placeholder=_("公示编号"),
        extra={"buttons": buttons, "more_links": [(_("异议"), reverse("office:objections"))]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(*PUBLISHERS)
def disclosure(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the next notice would say; on POST it is published."""
    status = 200
    if request.method == "POST":
        try:
            made = disclose_redemptions(actor=desk.acting(*PUBLISHERS), at=desk.at)
        except CreditBankError as error:
            notes.error(request, error_words(error))
            status = status_of(error)
        else:
            return done(request, _("公示 %(number)s 已发布。") % {"number": made}, name="notice", args=(made.number,))
    lines = preview_disclosure(at=desk.at)
    context: dict[str, object] = {"lines": lines[:PREVIEWED], "total": len(lines), "more": len(lines) - PREVIEWED}
    return show(request, desk, "disclosure", "notices", context, status=status)


@require_safe
@office_page(*READERS)
def notice(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One notice with its lines and the objections to them."""
    return _page(request, desk, _found(number), WithdrawForm())


@require_POST
@office_page(*WITHDRAWERS)
def withdraw(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take a notice down before its time."""
    found, form, status = _found(number), WithdrawForm(request.POST), 400
    if form.is_valid():
        try:
            withdraw_notice(
                actor=desk.acting(*WITHDRAWERS), notice=found, reason=form.cleaned_data["reason"], at=desk.at
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("公示 %(number)s 已撤回。") % {"number": number}, name="notice", args=(number,))
    return _page(request, desk, found, form, status=status)


def _page(request: HttpRequest, desk: Desk, found: Notice, form: WithdrawForm, *, status: int = 200) -> HttpResponse:
    listing = make_listing(request.GET, found.lines.all(), per_page=LINES_PER_PAGE)
    rows = [each for each in listing.page if isinstance(each, NoticeLine)]
    numbers = {each.pk: each.subject_ref for each in rows}
    context: dict[str, object] = {
        "notice": found,
        "listing": listing,
        "lines": [(each, numbers[each.pk]) for each in lines_shown(rows, desk.today)],
        "objections": [
            (each, each.line.subject_ref) for line in rows for each in line.objections.select_related("line")
        ],
        "form": form,
        "may_withdraw": found.state == NoticeState.SHOWN and desk.may(*WITHDRAWERS),
    }
    return show(request, desk, "notice", "notices", context, status=status)


def _found(number: str) -> Notice:
    found = Notice.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found


_HEADS: Final = (
    Head(gettext_lazy("公示")),
    Head(gettext_lazy("类别")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("公示日"), "num"),
    Head(gettext_lazy("最后一天"), "num"),
)


def _cells(row: Notice) -> tuple[Cell, ...]:
    return (
        Cell(row.title_zh, sub=row.number, name="notice", args=(row.number,)),
        Cell(row.get_kind_display()),
        Cell(row.get_state_display(), state="running" if row.state == NoticeState.SHOWN else row.state),
        Cell(row.starts_on.isoformat(), css="num"),
        Cell(row.ends_on.isoformat(), sub=_("末日暂定") if row.provisional else "", css="num"),
    )
