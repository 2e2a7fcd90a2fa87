"""What many operations share: pages of lists, files as answers, files that were sent."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language
from ninja import Schema
from ninja.errors import HttpError
from pydantic import Field

from creditbank.errors import InvalidInput
from creditbank.printing.values import Language

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"
# How the upload of a file is told in the OpenAPI document.
UPLOAD: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "An .xlsx or .csv file."}
                    },
                }
            }
        },
    }
}
_PIECE: Final = 64 * 1024


class Paging(Schema):
    """Which page of a list."""

    offset: int = Field(0, ge=0, le=100_000, description="How many to leave out.")
    limit: int = Field(50, ge=1, le=200, description="How many at most.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: its stream, its name, and a digest of both."""

    stream: BinaryIO
    filename: str
    size: int
    digest: bytes


def file_answer(media_type: str) -> dict[str, object]:
    """How an answer that is a file is told in the OpenAPI document."""
    return {"responses": {200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}}}


def file_response(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to keep, named without anything personal, that no cache keeps."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def asked_language() -> Language:
    """The language of the request, for a document."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def uploaded_file(request: HttpRequest) -> Upload:
    """The file in the field ``file`` of a multipart body, by POST or by PUT. Raises ``InvalidInput`` without one."""
    try:
        # Django reads files of a POST by itself, of a PUT only when it is asked.
        files = request.FILES if request.method == "POST" else request.parse_file_upload(request.META, request)[1]
    except MultiPartParserError:
        raise HttpError(400, "multipart") from None
    found = files.get("file")
    if not isinstance(found, UploadedFile) or found.file is None:
        raise InvalidInput("请在 multipart 的 file 字段里给出 .xlsx 或 .csv 文件。", code="file-required", field="file")
    stream = cast("BinaryIO", found.file)
    return Upload(stream, found.name or "", found.size or 0, _digest(stream, found.name or ""))


def _digest(stream: BinaryIO, name: str) -> bytes:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass") + b"\0")
    stream.seek(0)
    while piece := stream.read(_PIECE):
        digest.update(piece)
    stream.seek(0)
    return digest.digest()
