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
    Template(
        "people.code-asked",
        gettext_noop("有人申请重发激活码"),
        gettext_noop(
            "管理小组收到申请，要为这个户口重发激活码，正等另一位工作人员确认。不是您提出的，请马上联系我们。"
        ),
    ),
    Template(
        "people.code-renewed",
        gettext_noop("激活码已重发"),
        gettext_noop("两位工作人员核对后，为这个户口重发了激活码，凭它可以重设登录密码。不是您要的，请马上联系我们。"),
    ),
    Template(
        "people.code-used",
        gettext_noop("已凭激活码重设登录"),
        gettext_noop("有人用重发的激活码设置了登录密码，用原来密码的登录都已退出。不是您本人，请马上联系我们。"),
    ),
)
