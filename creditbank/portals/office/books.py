"""Reconciliation (对账) and the law in force: what the books add up to, and the rules that decide."""

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from creditbank.errors import CreditBankError
from creditbank.portals.failures import error_words
from creditbank.portals.office.access import READERS, Desk, office_page, show
from creditbank.portals.site import law_shown
from creditbank.records.models import BooksTotals
from creditbank.records.reconciliation import PROVERS, last_proof, last_totals, running_proof
from creditbank.records.tasks import start_proof, start_refresh
from creditbank.rulebook.models import PolicyVersion


@require_safe
@office_page(*READERS)
def books(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Σ lines = Σ balances = available + held + spent + expired − owed, as of the last sums; and the proofs."""
    totals = last_totals()
    context: dict[str, object] = {"totals": totals, "rows": _rows(totals) if totals else [], **_proofs(desk)}
    return show(request, desk, "books", "books", context)


@require_safe
@office_page(*READERS)
def proof(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The card of the proof alone, for the page to fetch while one goes on."""
    return render(request, "office/proof.html", _proofs(desk))


@require_POST
@office_page(*PROVERS)
def prove(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have every line of every book proved in the background; the result is on record. Nothing in the books changes."""
    try:
        start_proof(actor=desk.acting(*PROVERS), at=desk.at)
    except CreditBankError as error:
        notes.error(request, error_words(error))
    else:
        notes.success(request, _("核对已排队，在后台进行。可以离开本页再回来。"))
    return HttpResponseRedirect(reverse("office:books"))


@require_POST
@office_page(*PROVERS)
def refresh(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have all books added up anew in the background."""
    start_refresh(actor=desk.acting(*PROVERS), at=desk.at)
    notes.success(request, _("已请后台重新汇总，稍后再看。"))
    return HttpResponseRedirect(reverse("office:books"))


def _rows(totals: BooksTotals) -> list[tuple[str, int]]:
    return [
        (_("可用"), totals.available),
        (_("冻结中"), totals.held),
        (_("已兑换"), totals.spent),
        (_("已过期"), totals.expired),
        (_("待补（减）"), -totals.owed),
    ]


def _proofs(desk: Desk) -> dict[str, object]:
    return {"last": last_proof(), "running": running_proof(), "may_prove": desk.may(*PROVERS)}


@require_safe
@office_page(*READERS)
def policy(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The versions of the law, and the readings selected by the one in force."""
    law = law_shown()
    context: dict[str, object] = {
        "versions": PolicyVersion.objects.defer("law"),
        "law": law,
        "interpretations": [(each, each.reading) for each in law.interpretations.values()],
    }
    return show(request, desk, "policy", "policy", context)
