"""Reconciliation (对账) and the law in force: what the books add up to, and the rules that decide."""

from typing import Final

from django.contrib import messages as notes
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from creditbank.audit.actions import record
from creditbank.audit.models import AuditRecord
from creditbank.ledger.verify import verify
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.site import law_shown
from creditbank.redemption.holds import hold_facts
from creditbank.rulebook.models import PolicyVersion

# Above this a proof is for the night and the command line, not for a page that waits.
MOST_LINES_ON_A_PAGE: Final = 300_000
_SUMS: Final = """
SELECT COUNT(*), COALESCE(SUM(available), 0), COALESCE(SUM(held), 0), COALESCE(SUM(spent), 0),
       COALESCE(SUM(expired), 0), COALESCE(SUM(owed), 0), COALESCE(SUM(earned), 0)
FROM passbook_line AS line
WHERE seq = (SELECT MAX(seq) FROM passbook_line AS other WHERE other.holder_id = line.holder_id)
"""
_LINES: Final = (
    "SELECT COUNT(*), COALESCE(SUM(CASE kind WHEN 1 THEN amount WHEN 2 THEN -amount END), 0) FROM passbook_line"
)


@require_safe
@office_page(*READERS)
def books(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Σ lines = Σ balances = available + held + spent + expired − owed; and the last proof."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        count, available, held, spent, expired, owed, earned = (int(each) for each in cursor.fetchone())
        cursor.execute(_LINES)
        lines, from_lines = (int(each) for each in cursor.fetchone())
    last = AuditRecord.objects.filter(action__in=("ledger.proved", "ledger.broken")).order_by("-id").first()
    context: dict[str, object] = {
        "rows": [
            (_("可用"), available),
            (_("冻结中"), held),
            (_("已兑换"), spent),
            (_("已过期"), expired),
            (_("待补（减）"), -owed),
        ],
        "total": available + held + spent + expired - owed,
        "earned": earned,
        "from_lines": from_lines,
        "agree": earned == from_lines == available + held + spent + expired - owed,
        "count": count,
        "lines": lines,
        "last": last,
        "may_prove": desk.may(Role.AUDITOR, Role.ADMIN, Role.DECIDER) and lines <= MOST_LINES_ON_A_PAGE,
        "too_many": lines > MOST_LINES_ON_A_PAGE,
    }
    return show(request, desk, "books", "books", context)


@require_POST
@office_page(Role.AUDITOR, Role.ADMIN, Role.DECIDER)
def prove(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Read every line of every book and prove it; the result is on record. Nothing in the books changes."""
    report = verify(at=desk.at, hold_facts=hold_facts)
    sound = report.problem is None
    record(
        actor=desk.acting(Role.AUDITOR, Role.ADMIN, Role.DECIDER),
        at=desk.at,
        action="ledger.proved" if sound else "ledger.broken",
        subject_kind="ledger",
        subject_id="books",
        clause="M-2",
        refs={"lines": report.lines, "books": report.books},
    )
    if sound:
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
