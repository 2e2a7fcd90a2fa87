"""Reconciliation (对账) and the law in force: what the books add up to, and the rules that decide."""

from typing import Final

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.site import law_shown
from creditbank.records.reconciliation import add_up, last_proof, prove_books
from creditbank.rulebook.models import PolicyVersion

# Above this a proof is for the night and the command line, not for a page that waits.
MOST_LINES_ON_A_PAGE: Final = 300_000


@require_safe
@office_page(*READERS)
def books(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Σ lines = Σ balances = available + held + spent + expired − owed; and the last proof."""
    totals = add_up()
    too_many = totals.lines > MOST_LINES_ON_A_PAGE
    context: dict[str, object] = {
        "rows": [
            (_("可用"), totals.available),
            (_("冻结中"), totals.held),
            (_("已兑换"), totals.spent),
            (_("已过期"), totals.expired),
            (_("待补（减）"), -totals.owed),
        ],
        "total": totals.total,
        "earned": totals.earned,
        "from_lines": totals.from_lines,
        "agree": totals.agree,
        "count": totals.books,
        "lines": totals.lines,
        "last": last_proof(),
        "may_prove": desk.may(Role.AUDITOR, Role.ADMIN, Role.DECIDER) and not too_many,
        "too_many": too_many,
    }
    return show(request, desk, "books", "books", context)


@require_POST
@office_page(Role.AUDITOR, Role.ADMIN, Role.DECIDER)
def prove(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Read every line of every book and prove it; the result is on record. Nothing in the books changes."""
    report = prove_books(actor=desk.acting(Role.AUDITOR, Role.ADMIN, Role.DECIDER), at=desk.at)
    if report.problem is None:
        notes.success(request, _("%(lines)s 笔全部核对无误。") % {"lines": report.lines})
    else:
        notes.error(request, _("核对发现错误，请立即停止入账，用命令 creditbank ledger verify 查看位置。"))
    return HttpResponseRedirect(reverse("office:books"))


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
