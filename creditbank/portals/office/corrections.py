"""Corrections of accounts (户口更正): the register, one on its page, its steps, and the form that asks for one."""

from collections.abc import Mapping
from functools import partial
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.corrections.actions import (
    agree_correction,
    ask_erasure,
    ask_merge,
    ask_split,
    refuse_correction,
    withdraw_correction,
)
from creditbank.corrections.models import AccountCorrection, CorrectionKind, CorrectionState
from creditbank.corrections.obstacles import splittable_lines
from creditbank.corrections.running import progress_of, run_correction
from creditbank.errors import CreditBankError, NotFound
from creditbank.ledger.models import PassbookLine
from creditbank.people.looks import look_at_account
from creditbank.people.models import Account, StudentCard
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import LOOKERS, READERS, Desk, Role, office_page, show
from creditbank.portals.office.correction_case import VerdictForm, correction_pane, corrections, find_correction
from creditbank.portals.office.frame import case_page, done, refuse_beside, who_when
from creditbank.portals.office.sight import account_of_holder, shown_student
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.records.entries import Entry, entries_of

LINES_OFFERED: Final = 500
Kind = CorrectionKind


class WishForm(forms.Form):
    """What is to be done: which other account (by its card), which lines, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("办理"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择要办的事。")},
    )
    card_number = forms.CharField(
        label=gettext_lazy("另一个户口的卡号"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("合并：保留的那个户口；拆分：转入的那个户口。"),
    )
    seqs = forms.TypedMultipleChoiceField(
        label=gettext_lazy("要拆出的明细"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明核对了什么、依据是什么。不要写证件号码。"),
        error_messages={"required": gettext_lazy("请写明理由。")},
    )

    def __init__(self, data: Mapping[str, object] | None, account: Account, lines: list[Entry]) -> None:
        super().__init__(data)
        kind, seqs = self.fields["kind"], self.fields["seqs"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(seqs, forms.TypedMultipleChoiceField)
        closed = account.state == Account.State.CLOSED
        kind.choices = [(each.value, each.label) for each in Kind if (each is Kind.ERASE) == closed]
        seqs.choices = [(each.seq, str(each.seq)) for each in lines]


@require_safe
@office_page(*READERS)
def register(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All corrections, newest first."""
    listing = make_listing(
        request.GET,
        corrections(),
        search=lambda rows, words: rows.filter(number__icontains=words),
        filters=(
            Filter("state", _("状态"), CorrectionState.choices, lambda rows, value: rows.filter(state=value)),
            Filter("kind", _("类别"), Kind.choices, lambda rows, value: rows.filter(kind=value)),
        ),
    )
    return show_list(
        request,
        desk,
        "corrections",
        title=_("户口更正"),
        listing=listing,
        heads=_HEADS,
        cells=partial(_cells, desk),
        placeholder=_("更正编号"),
        note=_("从“查账户”打开一个户口，再从“户口办理”提出更正。"),
    )


@require_safe
@office_page(*READERS)
def page(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One correction."""
    return case_page(request, desk, correction_pane(desk, find_correction(number)), "corrections")


@require_safe
@office_page(*READERS)
def progress(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The piece of the page that is asked for again while the work runs; when it ended, the whole page is."""
    found = find_correction(number)
    context = {"correction": found, "progress": progress_of(found), "runs": found.state == CorrectionState.RUNNING}
    response = render(request, "office/correction_progress.html", {**context, "desk": desk})
    if found.state != CorrectionState.RUNNING:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@office_page(Role.DECIDER)
def decide(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Agree, or refuse with words, as another person than the one who asked."""
    found = find_correction(number)
    form, status = VerdictForm(request.POST), 400
    if form.is_valid():
        actor, agrees = desk.acting(Role.DECIDER), form.cleaned_data["verdict"] == "agree"
        try:
            if agrees:
                agree_correction(actor=actor, at=desk.at, correction=found)
            else:
                refuse_correction(actor=actor, at=desk.at, correction=found, reason=form.cleaned_data["reason"])
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            words = _("%(number)s 已核准。") if agrees else _("%(number)s 不予办理。")
            return done(request, words % {"number": number}, name="correction", args=(number,))
    pane = correction_pane(desk, find_correction(number), form=form)
    return case_page(request, desk, pane, "corrections", status=status)


@require_POST
@office_page(Role.REVIEWER, Role.DECIDER)
def withdraw(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take one's own wish back."""
    actor = desk.acting(Role.REVIEWER, Role.DECIDER)
    withdraw_correction(actor=actor, at=desk.at, correction=find_correction(number))
    return done(request, _("%(number)s 已撤回。") % {"number": number}, name="correction", args=(number,))


@require_POST
@office_page(Role.DECIDER)
def resume(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Go on with an agreed one now, without waiting for the background."""
    run_correction(find_correction(number).pk, at=desk.at)
    return done(request, _("%(number)s 已接着办理。") % {"number": number}, name="correction", args=(number,))


@require_http_methods(["GET", "HEAD", "POST"])
@office_page(Role.REVIEWER, Role.DECIDER)
def new(request: HttpRequest, desk: Desk, holder: UUID) -> HttpResponse:
    """Ask for a correction of one account. Its lines are offered for a split to who may see them."""
    found = account_of_holder(holder)
    lines = _offered(desk, found)
    form = WishForm(request.POST if request.method == "POST" else None, found, lines or [])
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                made = _ask(desk, found, form)
            except CreditBankError as error:
                status = refuse_beside(form, error)
            else:
                notes.success(request, _("%(number)s 已提出，等另一位同事核准。") % {"number": made.number})
                return HttpResponseRedirect(reverse("office:correction", args=[made.number]))
    context = {
        "account": found,
        "name": shown_student(found.student, desk.today),
        "form": form,
        "lines": lines,
        "chosen": set(request.POST.getlist("seqs")),
        "closed": found.state == Account.State.CLOSED,
    }
    return show(request, desk, "correction_new", "accounts", context, status=status)


def _offered(desk: Desk, found: Account) -> list[Entry] | None:
    """The lines that a split may name, newest first; None for who may not see the book. The look is recorded."""
    if not look_at_account(actor=desk.acting(*LOOKERS), at=desk.at, account=found):
        return None
    seqs = [line.seq for line in splittable_lines(found)][-LINES_OFFERED:]
    return entries_of(list(PassbookLine.objects.of(found.holder_id).filter(seq__in=seqs)))


def _ask(desk: Desk, found: Account, form: WishForm) -> AccountCorrection:
    given, actor = form.cleaned_data, desk.acting(Role.REVIEWER, Role.DECIDER)
    if given["kind"] == Kind.ERASE:
        return ask_erasure(actor=actor, at=desk.at, account=found, reason=given["reason"])
    other = _account_of_card(given["card_number"])
    if given["kind"] == Kind.MERGE:
        return ask_merge(actor=actor, at=desk.at, account=found, receiving=other, reason=given["reason"])
    return ask_split(
        actor=actor, at=desk.at, account=found, receiving=other, seqs=given["seqs"], reason=given["reason"]
    )


def _account_of_card(number: str) -> Account:
    digits = "".join(number.split()).replace("-", "")
    card = StudentCard.objects.filter(card_number=digits, state=StudentCard.State.ACTIVE).first()
    if card is None:
        raise NotFound("没有找到这张卡。", field="card_number")
    return card.account


_HEADS: Final = (
    Head(gettext_lazy("更正")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("学生")),
    Head(gettext_lazy("提出")),
    Head(gettext_lazy("核准")),
)


def _cells(desk: Desk, row: AccountCorrection) -> tuple[Cell, ...]:
    return (
        Cell(row.get_kind_display(), sub=row.number, name="correction", args=(row.number,)),
        Cell(row.get_state_display(), state=row.state),
        Cell(shown_student(row.account.student, desk.today)),
        Cell(who_when(row.asked_by, row.asked_at)),
        Cell(who_when(row.decided_by, row.decided_at) or "—"),
    )
