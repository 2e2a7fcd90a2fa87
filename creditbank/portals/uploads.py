"""A bound on what is uploaded: a file past the limit is read no further than needed and kept nowhere.

Django's own limits stop fields, not files. The handler stands first in ``FILE_UPLOAD_HANDLERS``; the form that misses
its file asks :func:`was_too_large`, so that the page can say why.
"""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

_MARK = "creditbank.upload_too_large"


class BoundedUpload(FileUploadHandler):
    """Lets the handlers after it keep a file of at most ``UPLOAD_MAX_BYTES``; drops a longer one."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a piece on, or drop the file of which it is one piece too many."""
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            if self.request is not None:
                self.request.META[_MARK] = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """The handlers after this one have the file."""
        return None


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was dropped for its size."""
    return bool(request.META.get(_MARK))


def limit_megabytes() -> int:
    """The limit as people read it."""
    return int(settings.UPLOAD_MAX_BYTES // (1024 * 1024))
