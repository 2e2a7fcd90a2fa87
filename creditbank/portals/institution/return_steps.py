"""The steps of a return, by POST: mend, submit, approve, send back, withdraw; its error sheet and its receipts."""

import json
from datetime import datetime
from typing import BinaryIO, Protocol

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from creditbank.audit.actor import Actor
from creditbank.errors import Conflict, CreditBankError, InvalidInput
from creditbank.evaluation.actions import (
    approve_return,
    error_sheet,
    mend_return,
    recheck_return,
    replace_file,
    send_back_return,
    submit_return,
    withdraw_return,
)
from creditbank.evaluation.models import CreditReturn, Receipt
from creditbank.evaluation.receipts import receipt_json, receipt_pdf
from creditbank.portals.downloads import XLSX, file_response, pdf_response
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.institution.access import Desk, back_to, desk_page, show
from creditbank.portals.institution.return_page import ReasonForm, find_return, return_page
from creditbank.portals.institution.returns import FileForm, MendForm, file_form


class Step(Protocol):
    """An action that moves a return."""

    def __call__(self, *, actor: Actor, at: datetime, number: str) -> CreditReturn: ...


@require_POST
@desk_page
def replace(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Another file in place of the one with findings; the number stays."""
    found = find_return(desk, number)
    form = file_form(request, FileForm)
    status = 400
    if form.is_valid():
        content: BinaryIO = form.cleaned_data["file"].file
        name: str = form.cleaned_data["file"].name or ""
        try:
            replace_file(actor=desk.actor, at=desk.at, number=number, stream=content, filename=name)
        except CreditBankError as error:
            form.add_error("file", error_words(error))
            status = status_of(error)
        else:
            messages.success(request, _("已换上新文件。"))
            return back_to(desk, "return", number)
    return return_page(request, desk, found, file=form, status=status)


@require_POST
@desk_page
def mend(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The mended rows of the error sheet go back into the file."""
    found = find_return(desk, number)
    form = file_form(request, MendForm)
    status = 400
    if form.is_valid():
        content: BinaryIO = form.cleaned_data["file"].file
        try:
            mend_return(
                actor=desk.actor,
                at=desk.at,
                number=number,
                stream=content,
                filename=form.cleaned_data["file"].name or "",
                drop_missing=form.cleaned_data["drop_missing"],
            )
        except CreditBankError as error:
            form.add_error("file", error_words(error))
            status = status_of(error)
        else:
            messages.success(request, _("改好的行已放回文件，整份重新检查过了。"))
            return back_to(desk, "return", number)
    return return_page(request, desk, found, mend=form, status=status)


@require_POST
@desk_page
def recheck(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Check the same file once more."""
    return _take(request, desk, number, recheck_return, actor=desk.actor, words=_("已重新检查。"))


@require_POST
@desk_page
def submit(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Hand in a clean return; its receipt is signed."""
    words = _("已提交，回执已签名。请通知审批的同事。")
    return _take(request, desk, number, submit_return, actor=desk.actor, words=words)


@require_POST
@desk_page
def approve(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Pass it on to the office."""
    words = _("已通过校内审批，送管理小组审核。")
    return _take(request, desk, number, approve_return, actor=desk.approver, words=words)


@require_POST
@desk_page
def withdraw(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Take it back before the office has accepted it."""
    return _take(request, desk, number, withdraw_return, actor=desk.actor, words=_("申报单已撤回，账上没有任何改动。"))


@require_POST
@desk_page
def send_back(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Give it back to the clerk with the reason."""
    found = find_return(desk, number)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            send_back_return(actor=desk.approver, at=desk.at, number=number, reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            form.add_error("reason", error_words(error))
        else:
            messages.success(request, _("已退回，填报的同事会收到消息。"))
            return back_to(desk, "return", number)
    return return_page(request, desk, found, reason=form, status=400)


@require_safe
@desk_page
def errors(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The rows with findings as .xlsx; ``?all=1`` with the good rows, to be mended and handed in as a whole."""
    found = find_return(desk, number)
    every_row = request.GET.get("all") == "1"
    content = error_sheet(actor=desk.actor, at=desk.at, number=found.number, every_row=every_row)
    return file_response(content, f"{found.number}-{'all' if every_row else 'errors'}.xlsx", XLSX)


@require_safe
@desk_page
def receipt(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Every receipt of the return, the newest first, in words."""
    found = find_return(desk, number)
    receipts = [(each, json.loads(each.payload)) for each in found.receipts.order_by("-serial")]
    if not receipts:
        raise Http404
    return show(request, desk, "receipt", "returns", {"found": found, "receipts": receipts})


@require_safe
@desk_page
def receipt_file(request: HttpRequest, desk: Desk, number: str, serial: int, kind: str) -> HttpResponse:
    """A receipt as signed JSON or as PDF."""
    found = find_return(desk, number)
    wanted: Receipt | None = found.receipts.select_related("credit_return__institution").filter(serial=serial).first()
    if wanted is None:
        raise Http404
    name = f"receipt-{found.number}-{serial}"
    if kind == "json":
        return file_response(receipt_json(wanted), f"{name}.json", "application/json; charset=utf-8")
    return pdf_response(receipt_pdf(wanted, site=settings.SITE_URL), name)


def _take(request: HttpRequest, desk: Desk, number: str, step: Step, *, actor: Actor, words: str) -> HttpResponse:
    found = find_return(desk, number)
    try:
        step(actor=actor, at=desk.at, number=found.number)
    except Conflict as error:
        # Somebody was faster, or another return holds the same achievement: the page shows how it stands now.
        messages.error(request, error_words(error))
    else:
        messages.success(request, words)
    return back_to(desk, "return", number)
