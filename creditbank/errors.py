"""The tree of errors: each class has a stable ``code``, a message in plain Chinese and named data.

::

    CreditBankError
    ├── InvalidInput        what was given can't be read or is not allowed here (names the field)
    ├── NotFound            no such thing, or none that this actor may know of
    ├── NotAllowed          this actor may not do this (least rights, maker ≠ checker, consent missing)
    ├── Conflict            the thing is not in a state that allows this, or something else took its place
    │   ├── AlreadyDone     the same thing was done before, with other facts
    │   └── Busy            others were faster too many times; try again
    ├── Refused             a rule of the regulation says no (carries the clause)
    └── Unavailable         the system can't do this now (a missing key, font or engine)

Errors know no HTTP and no screen: each face maps ``code`` to its own status in one table. Messages are gettext msgids
in Chinese with ``%(name)s`` places filled from ``data``; a face translates, then fills. Nothing personal goes into
``data``.
"""

from collections.abc import Mapping
from typing import ClassVar

ErrorValue = str | int | bool | None | list[str]


class CreditBankError(Exception):
    """Root of every error that the system raises on purpose."""

    code: ClassVar[str] = "error"
    default_message: ClassVar[str] = "这一步没有完成。"

    def __init__(
        self, message: str | None = None, *, code: str | None = None, clause: str | None = None, **data: ErrorValue
    ) -> None:
        self.message = message or self.default_message
        self.reason = code or type(self).code
        self.clause = clause
        self.data: Mapping[str, ErrorValue] = data
        super().__init__(self.message % data if data else self.message)


class InvalidInput(CreditBankError):
    """What was given can't be read or is not allowed; ``data['field']`` names the place."""

    code = "invalid-input"
    default_message = "填写的内容有误，请检查后再试。"


class NotFound(CreditBankError):
    """No such thing, or none that this actor may know of: the two answers are the same."""

    code = "not-found"
    default_message = "没有找到。"


class NotAllowed(CreditBankError):
    """The actor may not do this."""

    code = "not-allowed"
    default_message = "您没有办理这一项的权限。"


class Conflict(CreditBankError):
    """The thing is not in a state that allows this."""

    code = "conflict"
    default_message = "当前状态下不能办理这一项。"


class AlreadyDone(Conflict):
    """The same thing was done before, with other facts; ``data['field']`` names the first that differs."""

    code = "already-done"
    default_message = "同一件事已经办过，而且内容不同。"


class Busy(Conflict):
    """Others were faster too many times in a row."""

    code = "busy"
    default_message = "办理的人太多，请稍后再试。"


class Refused(CreditBankError):
    """A rule of the regulation says no; ``clause`` names it."""

    code = "refused"
    default_message = "按照规定不能办理。"


class Unavailable(CreditBankError):
    """The system can't do this now."""

    code = "unavailable"
    default_message = "系统暂时不能办理，请稍后再试。"
