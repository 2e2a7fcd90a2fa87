"""The one stylesheet of all pages: kept in parts, sent as one file under a name made from its content.

The parts are joined once per process, without comments and indentation, and compressed; the browser keeps the file for
a year, because another content has another name.
"""

import gzip
import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

PARTS = (
    "tokens",
    "base",
    "shell",
    "surfaces",
    "controls",
    "forms",
    "figures",
    "tables",
    "steps",
    "certificate",
    "public",
    "student",
    "exam",
    "work",
    "print",
)
_NOISE = re.compile(r"/\*.*?\*/|^\s+|\n", re.DOTALL | re.MULTILINE)


@cache
def content() -> bytes:
    """The joined stylesheet, UTF-8."""
    folder = files("creditbank") / "static" / "creditbank" / "css"
    parts = (folder.joinpath(f"{part}.css").read_text(encoding="utf-8") for part in PARTS)
    return "\n".join(_NOISE.sub("", part) for part in parts).encode()


@cache
def digest() -> str:
    """The name of this content: 16 hex digits."""
    return sha256(content()).hexdigest()[:16]


@cache
def _compressed() -> bytes:
    return gzip.compress(content(), mtime=0)


@require_safe
def stylesheet(request: HttpRequest, name: str) -> HttpResponse:
    """Send the stylesheet if ``name`` is that of the present content."""
    if name != digest():
        raise Http404
    gzipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(_compressed() if gzipped else content(), content_type="text/css; charset=utf-8")
    if gzipped:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
