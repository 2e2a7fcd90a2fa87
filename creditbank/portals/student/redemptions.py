"""Applications: the list, each one's road with who does what, and what the student and her guardian may do."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from creditbank.certificates.models import Certificate
from creditbank.clock import CIVIL_ZONE, today
from creditbank.errors import CreditBankError
from creditbank.people.consents import current_text
from creditbank.policy.decision import decision_from_json
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words
from creditbank.portals.labels import Step, format_credits
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.student.access import CHOSEN, Reader, back_to, reader_page, reader_with, show
from creditbank.portals.student.disclosure import disclosed
from creditbank.portals.student.offers import ROUTES, words_of
from creditbank.records.entries import product_name
from creditbank.redemption.actions import (
    agree_as_guardian,
    cancel_redemption,
    decline_as_guardian,
    withdraw_redemption,
)
from creditbank.redemption.form import application_pdf
from creditbank.redemption.models import OPEN_STATES, Redemption, RedemptionQuerySet, RedemptionState
from creditbank.redemption.versions import newer_version

MINE = ("account__student__person", "policy_version", "consent__text", "reviewer", "decider", "applied_by", "counter")


class AgreeForm(forms.Form):
    """The guardian's agreement to one application."""

    text_version = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label=gettext_lazy("我是监护人，已阅读并同意以上内容"),
        error_messages={"required": gettext_lazy("请先阅读，再勾选。")},
    )


@require_safe
@reader_page
def redemptions(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Every application of the account, newest first."""
    rows = _named(Redemption.objects.filter(account=reader.account))
    listing = make_listing(
        request.GET,
        rows,
        search=lambda found, words: found.filter(number__icontains=words),
        filters=(Filter("state", _("状态"), RedemptionState.choices, lambda found, state: found.filter(state=state)),),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="redemptions")
    shown = [(each, product_name(each)) for each in listing.page if isinstance(each, Redemption)]
    return show(request, reader, "redemptions", "redemptions", {"listing": listing, "rows": shown})


@require_safe
@reader_page
def redemption(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """One application: where it stands, who acted, what it was decided on."""
    found, reader = _find(request, reader, number)
    return _page(request, reader, found)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def withdraw(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """Ask once more, then take the application back."""
    found, reader = _find(request, reader, number)
    if request.method != "POST":
        return show(request, reader, "withdraw", "redemptions", {"redemption": found, "product": product_name(found)})
    withdraw_redemption(actor=reader.actor, redemption=found, at=reader.at)
    messages.success(request, _("申请已撤回，冻结的学分已全部退回。"))
    return back_to("redemption", number)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def cancel(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """Ask once more, then step back from an accepted redemption before its day."""
    found, reader = _find(request, reader, number)
    if request.method != "POST":
        return show(request, reader, "cancel", "redemptions", {"redemption": found, "product": product_name(found)})
    reason = request.POST.get("reason", "")[:500]
    cancel_redemption(actor=reader.actor, redemption=found, reason=reason, at=reader.at)
    messages.success(request, _("已取消，学分已全部退回。"))
    return back_to("redemption", number)


@require_POST
@reader_page
def answer(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """The guardian's answer: ``answer=agree`` with the text read, or ``answer=decline``."""
    found, reader = _find(request, reader, number)
    if request.POST.get("answer") == "decline":
        decline_as_guardian(actor=reader.actor, redemption=found, at=reader.at)
        messages.success(request, _("您没有同意，申请已结束，冻结的学分已全部退回。"))
        return back_to("redemption", number)
    form = AgreeForm(request.POST)
    if form.is_valid():
        try:
            agree_as_guardian(
                actor=reader.actor, redemption=found, text_version=form.cleaned_data["text_version"], at=reader.at
            )
        except CreditBankError as error:
            form.add_error(None, error_words(error))
        else:
            messages.success(request, _("您已同意，申请已送管理小组审核。"))
            return back_to("redemption", number)
    return _page(request, reader, found, form=form, status=400)


@require_safe
@reader_page
def form_pdf(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """The filled Annex 2."""
    found, reader = _find(request, reader, number)
    content = application_pdf(found, lang=asked_language(), at=reader.at)
    return pdf_response(content, f"annex-2-{found.number}")


def _find(request: HttpRequest, reader: Reader, number: str) -> tuple[Redemption, Reader]:
    """The application among the reader's accounts, and the reader with its account open; else 404."""
    mine = Redemption.objects.filter(account__in=reader.accounts).select_related(*MINE)
    found = mine.defer("policy_version__law").filter(number=number).first()
    if found is None:
        raise Http404
    request.session[CHOSEN] = str(found.holder_id)
    return found, reader_with(reader, found.account_id)


def _page(
    request: HttpRequest, reader: Reader, found: Redemption, *, form: AgreeForm | None = None, status: int = 200
) -> HttpResponse:
    waiting = found.state == RedemptionState.AWAITING_GUARDIAN
    text = current_text("redemption", reader.at)
    decision = decision_from_json(found.decision)
    context: dict[str, object] = {
        "redemption": found,
        "product": product_name(found),
        "route_label": ROUTES.get(decision.route) if decision.route else "",
        "decision": decision,
        "steps": steps_of(found),
        "running": found.state in OPEN_STATES,
        "newer_version": newer_version(found, reader.at) if found.state in OPEN_STATES else "",
        "certificate": Certificate.objects.filter(redemption_number=found.number).first(),
        "disclosed": disclosed(reader, found),
    }
    price = found.price
    context["cancellable"] = (
        found.state == RedemptionState.ACCEPTED
        and price is not None
        and price.happens_on is not None
        and today(reader.at) < price.happens_on
    )
    if waiting and not reader.own:
        context |= {"form": form or AgreeForm(initial={"text_version": text.version}), "text": text}
        context["consent_words"] = words_of(text)
    return show(request, reader, "redemption", "redemptions", context, status=status)


def steps_of(found: Redemption) -> list[Step]:
    """The road of an application: what was done by whom and when, what is being waited for, what is to come."""
    done = [Step(_("提交申请"), _by(found.applied_by.name, found.applied_at), "done")]
    consent = found.consent
    if consent is not None:
        done.append(Step(_("监护人同意"), _by(consent.given_by_name, consent.given_at), "done"))
    if found.reviewer is not None and found.reviewed_at is not None:
        done.append(Step(_("审核"), _by(found.reviewer.name, found.reviewed_at), "done"))
    if found.decider is not None and found.decided_at is not None:
        done.append(Step(_("决定"), _by(found.decider.name, found.decided_at), "done"))
    if found.state == RedemptionState.ACCEPTED:
        return [*done, Step(_("履行"), _("由管理小组办理并登记"), "now")]
    if found.state not in OPEN_STATES:
        ended = found.ended_at or found.applied_at
        return [*done, Step(found.get_state_display(), f"{ended.astimezone(CIVIL_ZONE):%Y-%m-%d %H:%M}", "done")]
    return [*done, *_ahead(found)]


def _ahead(found: Redemption) -> list[Step]:
    review = Step(_("审核"), _("管理小组一人核对材料，提出意见"))
    decide = Step(_("决定"), _("管理小组另一人决定，互不代替"))
    issue = Step(_("颁发证书"), _("学分转为已使用"))
    if found.price_id is not None:
        issue = Step(_("履行"), _("学分转为已使用；支付、出行、入学或交付由管理小组登记"))
    if found.state == RedemptionState.AWAITING_GUARDIAN and found.act_by is not None:
        until = _("请在 %(moment)s 前登录答复") % {"moment": f"{found.act_by.astimezone(CIVIL_ZONE):%Y-%m-%d %H:%M}"}
        return [Step(_("监护人同意"), until, "now"), review, decide, issue]
    if found.state == RedemptionState.HELD:
        return [Step(review.label, review.detail, "now"), decide, issue]
    return [Step(decide.label, decide.detail, "now"), issue]


def _by(name: str, at: datetime) -> str:
    moment = at.astimezone(CIVIL_ZONE)
    return _("%(name)s · %(moment)s") % {"name": name, "moment": f"{moment:%Y-%m-%d %H:%M}"}


def _named(rows: RedemptionQuerySet) -> RedemptionQuerySet:
    return rows.select_related("policy_version").defer("policy_version__law")


COLUMNS: tuple[Column[Redemption], ...] = (
    Column(gettext_lazy("申请号"), lambda row: row.number),
    Column(gettext_lazy("产品"), product_name),
    Column(gettext_lazy("学分"), lambda row: format_credits(row.credits_hundredths)),
    Column(gettext_lazy("申请日期"), lambda row: row.applied_on),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
)
