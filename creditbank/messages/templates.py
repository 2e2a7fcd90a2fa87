"""The registry of templates: code → subject and text, Chinese msgids with named places.

A part that sends a message of its own registers its template when it is imported; the code is ``part.event``.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Template:
    """Words of one kind of message; ``subject`` and ``text`` are msgids with ``%(name)s`` places."""

    code: str
    subject: str
    text: str


_TEMPLATES: Final[dict[str, Template]] = {}


def register(*templates: Template) -> None:
    """Make templates known. The same words twice are harmless; other words under a known code, refused."""
    for template in templates:
        if _TEMPLATES.setdefault(template.code, template) != template:
            message = f"Two templates are called {template.code}."
            raise ValueError(message)


def template(code: str) -> Template:
    """The template of this code; KeyError when there is none."""
    return _TEMPLATES[code]


def known_codes() -> list[str]:
    """Codes of all registered templates, sorted."""
    return sorted(_TEMPLATES)


def fill(msgid: str, params: dict[str, str | int]) -> str:
    """The words of ``msgid`` in the language of the moment, with its places filled."""
    return _(msgid) % params if params else _(msgid)


register(
    Template(
        "people.opened",
        gettext_noop("户口已开立"),
        gettext_noop("开户申请 %(number)s 已通过，学分银行户口已开立。请凭开户回单上的激活码设置登录。"),
    ),
    Template(
        "people.refused",
        gettext_noop("开户申请未通过"),
        gettext_noop("开户申请 %(number)s 未通过，请查看原因后重新申请。"),
    ),
)
