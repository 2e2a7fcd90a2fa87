"""Ways in that the login library brings along and this bank does not have: signing up, and everything by e-mail.

A login is made with a code from a slip or by the office, and a lost password is set anew with a renewed code. An
address added by whoever sits at an open session must never become a way to take the login over.
"""

from typing import Final, NoReturn

from django.http import Http404, HttpRequest
from django.urls import URLPattern, re_path


def no_such_way(request: HttpRequest) -> NoReturn:
    """As if there were no such page."""
    raise Http404


# Matched before the library's own patterns, whose names still resolve: its templates ask for them.
closed_ways: Final[list[URLPattern]] = [
    re_path(r"^(?:signup|email|confirm-email|password/reset|password/set|login/code)(?:/.*)?$", no_such_way)
]
