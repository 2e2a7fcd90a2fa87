"""Returns (申报单): the list, the template, the upload of a new one."""

from io import BytesIO
from typing import BinaryIO, TypeVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from creditbank.errors import CreditBankError
from creditbank.evaluation.actions import upload_return
from creditbank.evaluation.models import CreditReturn, ReturnQuerySet, ReturnState
from creditbank.evaluation.sheets import write_template
from creditbank.institutions.rights import staff_roles
from creditbank.people.models import User
from creditbank.portals.downloads import XLSX, file_response
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.institution.access import Desk, back_to, desk_page, show
from creditbank.portals.labels import format_credits
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.uploads import limit_megabytes, was_too_large

PEOPLE = ("uploaded_by", "submitted_by", "approved_by", "reviewed_by")
WORK = (
    ("mine", gettext_lazy("等我办理")),
    ("running", gettext_lazy("办理中")),
    ("ended", gettext_lazy("已办结")),
)
ENDED = (ReturnState.POSTED, ReturnState.REFUSED, ReturnState.WITHDRAWN)


SentForm = TypeVar("SentForm", bound="FileForm")


class FileForm(forms.Form):
    """One file of a return. The browser's own hint (``accept``) is no check: the reader looks at the content."""

    file = forms.FileField(
        label=gettext_lazy("申报文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": gettext_lazy("请选择要上传的 .xlsx 或 .csv 文件。"),
            "empty": gettext_lazy("文件是空的。请下载模板，填好后再上传。"),
            "invalid": gettext_lazy("请选择要上传的 .xlsx 或 .csv 文件。"),
        },
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """The file, not longer than the bank takes."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(too_large_words(), code="too-large")
        return file


class MendForm(FileForm):
    """The mended rows of the error sheet, and whether rows that were deleted from it are to be left out."""

    drop_missing = forms.BooleanField(
        label=gettext_lazy("删掉的行不再申报"),
        required=False,
        help_text=gettext_lazy("表里少了有问题的行时，不勾选就不会收下，免得误删。"),
    )

    def __init__(
        self, data: QueryDict | None = None, files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None
    ) -> None:
        # It stands beside the form for a whole file on one page.
        super().__init__(data, files, auto_id="mend_%s")
        self.fields["file"].label = gettext_lazy("改好的问题行表")


def too_large_words() -> str:
    """What is said of a file past the limit."""
    return _("文件超过 %(limit)s MB，没有上传。请分成几个文件，或另存为 CSV 后再上传。") % {"limit": limit_megabytes()}


def file_form(request: HttpRequest, kind: type[SentForm]) -> SentForm:
    """The form with what was sent; a file that was dropped for its size is named as that, not as missing."""
    form = kind(request.POST, request.FILES)
    if was_too_large(request) and "file" not in request.FILES:
        form.full_clean()
        form.errors.pop("file", None)
        form.add_error("file", too_large_words())
    return form


@require_safe
@desk_page
def returns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every return of the institution, newest first."""
    mine = CreditReturn.objects.filter(institution=desk.institution).select_related(*PEOPLE)
    listing = make_listing(
        request.GET,
        mine,
        search=_search,
        filters=(
            Filter("work", gettext_lazy("进度"), WORK, lambda rows, value: _narrow(rows, value, desk)),
            Filter("state", gettext_lazy("状态"), ReturnState.choices, lambda rows, value: rows.filter(state=value)),
        ),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename=f"returns-{desk.code}")
    return show(request, desk, "returns", "returns", {"listing": listing})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Upload a file as a new return; it is checked at once or in the background, and nothing is booked."""
    form, status = FileForm(), 200
    if request.method == "POST":
        form, status = file_form(request, FileForm), 400
        if form.is_valid():
            content: BinaryIO = form.cleaned_data["file"].file
            name: str = form.cleaned_data["file"].name or ""
            try:
                made = upload_return(
                    actor=desk.actor,
                    at=desk.at,
                    institution=desk.institution,
                    stream=content,
                    filename=name,
                )
            except CreditBankError as error:
                form.add_error("file", error_words(error))
                status = status_of(error)
            else:
                messages.success(request, _("文件已收下，编号 %(number)s。") % {"number": made.number})
                return back_to(desk, "return", made.number)
    return show(request, desk, "return_new", "returns", {"form": form, "limit": limit_megabytes()}, status=status)


@require_safe
@desk_page
def template(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The empty return as .xlsx."""
    content = BytesIO()
    write_template(content, gettext)
    return file_response(content.getvalue(), "return-template.xlsx", XLSX)


@require_safe
@login_required
def find(request: HttpRequest, number: str) -> HttpResponse:
    """From a message, which knows the return's number only, to the return at its institution."""
    user = request.user
    posts = staff_roles(user.person_id) if isinstance(user, User) else []
    found = CreditReturn.objects.select_related("institution").filter(
        number=number, institution_id__in=[post.institution_id for post in posts]
    )
    credit_return = found.first()
    if credit_return is None:
        raise Http404
    return HttpResponseRedirect(reverse("institution:return", args=[credit_return.institution.code, number]))


def _search(rows: ReturnQuerySet, words: str) -> ReturnQuerySet:
    return rows.filter(Q(number__icontains=words) | Q(file_name__icontains=words))


def _narrow(rows: ReturnQuerySet, value: str, desk: Desk) -> ReturnQuerySet:
    if value == "ended":
        return rows.filter(state__in=ENDED)
    if value == "running":
        return rows.exclude(state__in=ENDED)
    states: list[str] = []
    if desk.is_clerk:
        states += [ReturnState.FAULTY, ReturnState.READY, ReturnState.SENT_BACK]
    if desk.is_approver:
        states.append(ReturnState.SUBMITTED)
    return rows.filter(state__in=states)


COLUMNS: tuple[Column[CreditReturn], ...] = (
    Column(gettext_lazy("申报单"), lambda row: row.number),
    Column(gettext_lazy("文件"), lambda row: row.file_name),
    Column(gettext_lazy("状态"), lambda row: row.get_state_display()),
    Column(gettext_lazy("数据行"), lambda row: row.rows_total),
    Column(gettext_lazy("有问题的行"), lambda row: row.rows_faulty),
    Column(gettext_lazy("学生"), lambda row: row.students_total),
    Column(gettext_lazy("学分"), lambda row: format_credits(row.amount_hundredths)),
    Column(gettext_lazy("填报"), lambda row: row.uploaded_by.name),
    Column(gettext_lazy("上传时间"), lambda row: row.uploaded_at),
    Column(gettext_lazy("提交时间"), lambda row: row.submitted_at),
    Column(gettext_lazy("校内审批"), lambda row: row.approved_by.name if row.approved_by else ""),
    Column(gettext_lazy("审核"), lambda row: row.reviewed_by.name if row.reviewed_by else ""),
    Column(gettext_lazy("入账时间"), lambda row: row.posted_at),
)
