"""Objections at the office: the text is opened by hand and on record; one person decides, with reasons (M-12)."""

from typing import Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from creditbank.certificates.models import Certificate
from creditbank.errors import CreditBankError
from creditbank.notices.actions import decide_objection, read_objection
from creditbank.notices.models import Objection, ObjectionState
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.office.access import READERS, Desk, Role, office_page, show
from creditbank.portals.office.frame import done, refuse_beside
from creditbank.portals.office.tables import Cell, Head, show_list
from creditbank.redemption.models import Redemption

OFFICERS: Final = (Role.REVIEWER, Role.DECIDER)
VERDICTS: Final = (("upheld", gettext_lazy("异议成立")), ("dismissed", gettext_lazy("异议不成立，解除暂停")))


class VerdictForm(forms.Form):
    """Upheld or dismissed, and why; the objector reads the reason."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("你的决定"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择成立或不成立。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("提出人会看到，不要写别人的姓名和证件号码。"),
        error_messages={"required": gettext_lazy("请写明理由。")},
    )


@require_safe
@office_page(*READERS)
def objections(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every objection, the newest first; never its text."""
    listing = make_listing(
        request.GET,
        Objection.objects.select_related("line__notice"),
        search=lambda rows, words: rows.filter(number__icontains=words),
        filters=(Filter("state", _("状态"), ObjectionState.choices, lambda rows, value: rows.filter(state=value)),),
    )
    return show_list(
        request,
        desk,
        "notices",
        title=_("异议"),
        listing=listing,
        heads=_HEADS,
        cells=_cells,
        placeholder=_("异议编号"),
    )


@require_safe
@office_page(*READERS)
def objection(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One objection, its text closed."""
    return _page(request, desk, _found(number), VerdictForm())


@never_cache
@require_POST
@office_page(*OFFICERS)
@sensitive_variables()
def read(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Open the text and the contact; the look is on record."""
    found = _found(number)
    text, contact = read_objection(actor=desk.acting(*OFFICERS), objection=found, at=desk.at)
    return _page(request, desk, found, VerdictForm(), opened=(text, contact))


@require_POST
@office_page(Role.DECIDER)
def decide(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Uphold or dismiss."""
    found, form, status = _found(number), VerdictForm(request.POST), 400
    if form.is_valid():
        upheld = form.cleaned_data["verdict"] == "upheld"
        try:
            decide_objection(
                actor=desk.acting(Role.DECIDER),
                objection=found,
                upheld=upheld,
                reason=form.cleaned_data["reason"],
                at=desk.at,
            )
        except CreditBankError as error:
            status = refuse_beside(form, error)
        else:
            return done(request, _("异议 %(number)s 已办理。") % {"number": number}, name="objection", args=(number,))
    return _page(request, desk, found, form, status=status)


def _page(
    request: HttpRequest,
    desk: Desk,
    found: Objection,
    form: VerdictForm,
    *,
    opened: tuple[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    number = found.line.subject_ref
    waits = found.state == ObjectionState.OPEN
    context: dict[str, object] = {
        "objection": found,
        "redemption": Redemption.objects.filter(number=number).first(),
        "certificate": Certificate.objects.filter(redemption_number=number).first(),
        "form": form,
        "opened": opened,
        "waits": waits,
        "may_read": desk.officer,
        "may_decide": waits and desk.decider,
    }
    return show(request, desk, "objection", "notices", context, status=status)


def _found(number: str) -> Objection:
    found = Objection.objects.select_related("line__notice").filter(number=number).first()
    if found is None:
        raise Http404
    return found


_HEADS: Final = (
    Head(gettext_lazy("异议")),
    Head(gettext_lazy("公示")),
    Head(gettext_lazy("对哪一项")),
    Head(gettext_lazy("状态")),
    Head(gettext_lazy("提交日期"), "num"),
)


def _cells(row: Objection) -> tuple[Cell, ...]:
    notice = row.line.notice
    return (
        Cell(row.number, name="objection", args=(row.number,)),
        Cell(notice.number, name="notice", args=(notice.number,)),
        Cell(row.line.subject_ref),
        Cell(row.get_state_display(), state="waiting" if row.state == ObjectionState.OPEN else row.state),
        Cell(row.filed_at.date().isoformat(), css="num"),
    )
