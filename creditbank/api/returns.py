"""``/returns``: check a file, hand it in, follow it, fetch its findings and receipts: the actions of the pages."""

import json
from io import BytesIO
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from creditbank import clock
from creditbank.api.answers import (
    PDF,
    UPLOAD,
    XLSX,
    Paging,
    file_answer,
    file_response,
    uploaded_file,
)
from creditbank.api.callers import caller, caller_as, key_or_person
from creditbank.api.idempotency import once
from creditbank.api.problems import FAULTS, Problem
from creditbank.api.return_shapes import (
    CheckOut,
    FindingPage,
    ReturnOut,
    ReturnPage,
    RowPage,
    check_out,
    finding_out,
    return_out,
    row_out,
)
from creditbank.audit.actor import Actor
from creditbank.errors import InvalidInput, NotFound
from creditbank.evaluation.actions import check_file, error_sheet, mend_return, replace_file, upload_return
from creditbank.evaluation.models import CreditReturn, Receipt, ReturnState
from creditbank.evaluation.reading import as_finding, findings_of, return_for, returns_visible_to, rows_of
from creditbank.evaluation.receipts import latest_receipt, receipt_json, receipt_pdf
from creditbank.evaluation.sheets import write_template
from creditbank.institutions.models import Institution
from creditbank.institutions.register import institution_by_code
from creditbank.institutions.rights import KeyActor, require_staff

router = Router(tags=["returns"])
READ: Final = key_or_person("returns:read")
WRITE: Final = key_or_person("returns:write")
# A check answers at once, so it reads less than an upload, which large files leave to the background.
CHECKED_AT_ONCE_BYTES: Final = 4 * 1024 * 1024


class ReceiptOut(Schema):
    """The signed receipt: verify ``signature`` over the canonical JSON of ``payload`` with the key of GET /keys."""

    payload: dict[str, str | int]
    signature: str
    key_id: str
    algorithm: str


@router.get(
    "/template.xlsx",
    auth=None,
    response={200: None, FAULTS: Problem},
    openapi_extra=file_answer(XLSX),
    summary="空白模板 · The empty template",
)
def template(request: HttpRequest) -> HttpResponse:
    """The empty return as .xlsx, with its headings explained."""
    content = BytesIO()
    write_template(content, gettext)
    return file_response(content.getvalue(), "return-template.xlsx", XLSX)


@router.post(
    "/check",
    auth=WRITE,
    response={200: CheckOut, FAULTS: Problem},
    openapi_extra={**UPLOAD, "x-stores-nothing": True},
    summary="校验文件，不留存 · Check a file, store nothing",
)
def check(request: HttpRequest, institution: str = "") -> CheckOut:
    """Every finding of a file, as an upload would find it. A key may leave out ``institution``: it has its own."""
    actor = caller_as(request, "clerk")
    member = _institution_of(actor, institution)
    require_staff(actor, member)
    upload = uploaded_file(request)
    if upload.size > CHECKED_AT_ONCE_BYTES:
        raise HttpError(413, "check")
    return check_out(check_file(upload.stream, filename=upload.filename, institution=member, at=clock.now()))


@router.post(
    "",
    auth=WRITE,
    response={201: ReturnOut, FAULTS: Problem},
    openapi_extra=UPLOAD,
    summary="上传申报单 · Upload a return",
)
def upload(request: HttpRequest, institution: str = "") -> HttpResponse:
    """Hand in a file as a new return, as a clerk. A large one is checked in the background: follow ``state``."""
    actor, at = caller_as(request, "clerk"), clock.now()
    member = _institution_of(actor, institution)
    sent = uploaded_file(request)
    return once(
        request,
        201,
        lambda: return_out(
            upload_return(actor=actor, at=at, institution=member, stream=sent.stream, filename=sent.filename)
        ),
        content=sent.digest,
    )


@router.put(
    "/{number}/file",
    auth=WRITE,
    response={200: ReturnOut, FAULTS: Problem},
    openapi_extra=UPLOAD,
    summary="更换文件 · Replace the file",
)
def replace(request: HttpRequest, number: str) -> HttpResponse:
    """Put a mended file in place of one with findings; the number stays."""
    actor, at = caller_as(request, "clerk"), clock.now()
    return_for(actor, number, at=at)
    sent = uploaded_file(request)
    return once(
        request,
        200,
        lambda: return_out(replace_file(actor=actor, at=at, number=number, stream=sent.stream, filename=sent.filename)),
        content=sent.digest,
    )


@router.post(
    "/{number}/mend",
    auth=WRITE,
    response={200: ReturnOut, FAULTS: Problem},
    openapi_extra=UPLOAD,
    summary="放回改好的问题行 · Hand in mended rows",
)
def mend(request: HttpRequest, number: str, drop_missing: bool = False) -> HttpResponse:
    """Put the mended rows of the error sheet into the file, which is checked anew; the good rows stay as they are.

    ``drop_missing`` leaves out faulty rows that were deleted from the sheet; without it they are refused.
    """
    actor, at = caller_as(request, "clerk"), clock.now()
    return_for(actor, number, at=at)
    sent = uploaded_file(request)
    return once(
        request,
        200,
        lambda: return_out(
            mend_return(
                actor=actor,
                at=at,
                number=number,
                stream=sent.stream,
                filename=sent.filename,
                drop_missing=drop_missing,
            )
        ),
        content=sent.digest,
    )


@router.get("", auth=READ, response={200: ReturnPage, FAULTS: Problem}, summary="申报单列表 · List returns")
def list_returns(request: HttpRequest, paging: Query[Paging], state: str = "", institution: str = "") -> ReturnPage:
    """The returns that the caller may see, newest first, narrowed by state and by institution code."""
    if state and state not in ReturnState.values:
        raise InvalidInput("没有这个状态。", field="state")
    rows = returns_visible_to(caller_as(request, "clerk"), at=clock.now())
    if state:
        rows = rows.filter(state=state)
    if institution:
        rows = rows.filter(institution__code=institution.strip().upper())
    page = rows[paging.offset : paging.offset + paging.limit]
    return ReturnPage(items=[return_out(each) for each in page], total=rows.count())


@router.get("/{number}", auth=READ, response={200: ReturnOut, FAULTS: Problem}, summary="查看申报单 · Show a return")
def show(request: HttpRequest, number: str) -> ReturnOut:
    """Where a return stands."""
    return return_out(_seen(request, number))


@router.get(
    "/{number}/findings",
    auth=READ,
    response={200: FindingPage, FAULTS: Problem},
    summary="校验问题 · The findings of a return",
)
def findings(request: HttpRequest, number: str, paging: Query[Paging], code: str = "") -> FindingPage:
    """What the check found, by row; ``code`` narrows it to one kind of finding."""
    found = _seen(request, number)
    page = findings_of(found, code=code, offset=paging.offset, limit=paging.limit)
    kept = found.findings.filter(code=code) if code else found.findings.all()
    return FindingPage(
        items=[finding_out(as_finding(each)) for each in page], kept=kept.count(), counts=found.findings_by_code
    )


@router.get(
    "/{number}/rows", auth=READ, response={200: RowPage, FAULTS: Problem}, summary="成果行 · The rows of a return"
)
def rows(request: HttpRequest, number: str, paging: Query[Paging]) -> RowPage:
    """The good rows of the file and what became of each, names masked."""
    found = _seen(request, number)
    page = rows_of(found, offset=paging.offset, limit=paging.limit)
    return RowPage(items=[row_out(each) for each in page], total=found.rows.count())


@router.get(
    "/{number}/error-sheet.xlsx",
    auth=READ,
    response={200: None, FAULTS: Problem},
    openapi_extra=file_answer(XLSX),
    summary="问题行表 · The rows with findings",
)
def errors(request: HttpRequest, number: str, every_row: bool = False) -> HttpResponse:
    """The rows with findings, each with what is wrong; ``every_row`` gives the good rows, too. For its staff only."""
    actor = caller_as(request, "clerk")
    content = error_sheet(actor=actor, at=clock.now(), number=number, every_row=every_row)
    return file_response(content, f"{number.strip().upper()[:20]}-errors.xlsx", XLSX)


@router.get(
    "/{number}/receipt",
    auth=READ,
    response={200: ReceiptOut, FAULTS: Problem},
    summary="签名回执 · The signed receipt",
)
def receipt(request: HttpRequest, number: str) -> ReceiptOut:
    """The receipt of the last submission as signed JSON; keep it."""
    return ReceiptOut(**json.loads(receipt_json(_receipt(request, number))))


@router.get(
    "/{number}/receipt.pdf",
    auth=READ,
    response={200: None, FAULTS: Problem},
    openapi_extra=file_answer(PDF),
    summary="回执 PDF · The receipt on paper",
)
def receipt_on_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of the last submission as PDF."""
    found = _receipt(request, number)
    content = receipt_pdf(found, site=settings.SITE_URL)
    return file_response(content, f"receipt-{found.credit_return.number}-{found.serial}.pdf", PDF)


def _institution_of(actor: Actor, code: str) -> Institution:
    if isinstance(actor, KeyActor) and not code:
        return Institution.objects.get(pk=actor.institution_id)
    if not code:
        raise InvalidInput("请写明单位代码。", field="institution")
    return institution_by_code(code)


def _seen(request: HttpRequest, number: str) -> CreditReturn:
    return return_for(caller(request), number, at=clock.now())


def _receipt(request: HttpRequest, number: str) -> Receipt:
    found = latest_receipt(_seen(request, number))
    if found is None:
        raise NotFound("这份申报单还没有提交，没有回执。", code="receipt-missing")
    return found
