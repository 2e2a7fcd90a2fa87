"""One return: where it stands, its figures, what is to be mended, and the steps that can be taken."""

from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from creditbank.evaluation.models import CreditReturn, ReturnFinding, ReturnState, RowState
from creditbank.evaluation.reasons import FEWEST_REASON_CHARACTERS, MOST_REASON_CHARACTERS
from creditbank.evaluation.receipts import latest_receipt
from creditbank.portals.institution.access import Desk, desk_page, show
from creditbank.portals.institution.finding_groups import (
    GroupCount,
    codes_of,
    group_counts,
    severity_counts,
    shown,
)
from creditbank.portals.institution.returns import PEOPLE, FileForm, MendForm
from creditbank.portals.institution.road import RUNNING, gates_of, steps_of
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.uploads import limit_megabytes

SEVERITIES = (("error", _("必须改")), ("notice", _("请留意")))
Findings = QuerySet[ReturnFinding]


class ReasonForm(forms.Form):
    """Why a return is sent back."""

    reason = forms.CharField(
        label=_("退回原因"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=FEWEST_REASON_CHARACTERS,
        max_length=MOST_REASON_CHARACTERS,
        help_text=_("填报的同事会看到这段话：写明哪里要改。"),
        error_messages={"required": _("请写明退回的原因。")},
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far background work has come; without ``total`` nobody knows yet how much there is."""

    done: int
    total: int


@require_safe
@desk_page
def page(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The return with everything that belongs to it."""
    return return_page(request, desk, find_return(desk, number))


@require_safe
@desk_page
def progress(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The piece of the page that is asked for again while work runs; when it ended, the whole page is."""
    found = find_return(desk, number)
    response = render(
        request, "institution/progress.html", {"desk": desk, "found": found, "progress": progress_of(found)}
    )
    if found.state not in RUNNING:
        response["HX-Refresh"] = "true"
    return response


def find_return(desk: Desk, number: str) -> CreditReturn:
    """The institution's return with this number; 404 for one of another institution as for none."""
    mine = CreditReturn.objects.filter(institution=desk.institution)
    found = mine.select_related("institution", "file", *PEOPLE).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def return_page(
    request: HttpRequest,
    desk: Desk,
    found: CreditReturn,
    *,
    file: FileForm | None = None,
    mend: MendForm | None = None,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that was refused in its place."""
    errors, notices = severity_counts(found.findings_by_code)
    context: dict[str, object] = {
        "found": found,
        "steps": steps_of(found),
        "gates": gates_of(desk, found),
        "running": found.state in RUNNING,
        "progress": progress_of(found),
        "good": max(found.rows_total - found.rows_faulty, 0),
        "groups": group_counts(found.findings_by_code),
        "errors": errors,
        "notices": notices,
        "findings_total": errors + notices,
        "receipt": latest_receipt(found),
        "file_form": file or FileForm(),
        "mend_form": mend or MendForm(),
        "reason_form": reason or ReasonForm(),
        "limit": limit_megabytes(),
        "file_kept": found.file is not None and found.file.dropped_at is None,
    }
    if found.findings_by_code:
        context |= _findings(request, found, context["groups"])
    if found.state == ReturnState.POSTED:
        context["unposted"] = found.rows.exclude(state__in=(RowState.POSTED, RowState.REVERSED)).count()
        context["reversed"] = found.rows.filter(state=RowState.REVERSED).count()
    return show(request, desk, "return", "returns", context, status=status)


def progress_of(found: CreditReturn) -> Progress:
    """What the check or the posting has done so far."""
    if found.state == ReturnState.CHECKING:
        return Progress(found.rows_checked, 0)
    return Progress(found.rows_posted, found.rows_total)


def _findings(request: HttpRequest, found: CreditReturn, groups: object) -> dict[str, object]:
    assert isinstance(groups, list)
    choices = [(each.group.key, each.group.label) for each in groups if isinstance(each, GroupCount)]
    kept = ReturnFinding.objects.filter(credit_return=found)
    listing = make_listing(
        request.GET,
        kept,
        search=_search,
        filters=(
            Filter("severity", _("程度"), SEVERITIES, lambda rows, value: rows.filter(severity=value)),
            Filter("group", _("类别"), choices, lambda rows, value: rows.filter(code__in=codes_of(value))),
        ),
    )
    rows = [shown(each) for each in listing.page if isinstance(each, ReturnFinding)]
    return {"listing": listing, "findings": rows}


def _search(rows: Findings, words: str) -> Findings:
    """By row number: what else a row holds is personal, and an address must not hold it."""
    digits = "".join(sign for sign in words if sign.isdecimal())[:9]
    return rows.filter(row_number=int(digits)) if digits else rows.none()
