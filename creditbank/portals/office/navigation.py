"""The menu of the office's pages: what each office may open, with the work that waits."""

from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from creditbank.people.models import OfficeRole
from creditbank.portals.navigation import Nav, NavGroup, NavItem
from creditbank.portals.office.work import Counts

_READERS: Final = frozenset({"reviewer", "decider", "admin", "auditor"})
_LOOKERS: Final = _READERS | {OfficeRole.Role.HOTLINE.value}
_Entry = tuple[str, str | Promise, str, frozenset[str], tuple[str, ...]]
# Key and URL name, label, icon, who sees it, the kinds of work counted beside it.
_FIRST: Final[tuple[_Entry, ...]] = (
    ("inbox", _("收件箱"), "inbox", _READERS, ()),
    ("duties", _("工作台"), "home", frozenset({"hotline", "complaints"}), ()),
    ("accounts", _("查账户"), "search", _LOOKERS, ()),
    ("returns", pgettext_lazy("list", "申报单"), "upload", _READERS, ("returns",)),
)
_WORK: Final[tuple[_Entry, ...]] = (
    ("openings", pgettext_lazy("list", "开户"), "people", _READERS, ("openings", "duplicates")),
    ("redemptions", _("兑换"), "gift", _READERS, ("reviews", "decisions")),
    ("exams", _("考试成绩"), "edit", _READERS, ("exams",)),
    ("certificates", pgettext_lazy("list", "证书"), "certificate", _READERS, ()),
    ("notices", _("公示"), "speech", _READERS, ()),
    ("corrections", pgettext_lazy("list", "户口更正"), "edit", _READERS, ("corrections",)),
    ("institutions", pgettext_lazy("list", "成员单位"), "school", _READERS, ("members",)),
    ("grants", _("查阅授权"), "lock", _LOOKERS, ("access",)),
)
_SYSTEM: Final[tuple[_Entry, ...]] = (
    ("exam_banks", _("题库与考试办法"), "book", _READERS, ()),
    ("policy", _("政策版本"), "file", _READERS, ()),
    ("prices", _("价目表"), "list", _READERS, ()),
    ("working_days", _("工作日历"), "clock", _READERS, ()),
    ("books", _("对账"), "check-shield", _READERS, ()),
    ("audit", _("审计记录"), "list", frozenset({"auditor", "admin"}), ()),
    ("people", _("管理小组人员"), "user", frozenset({"auditor", "admin"}), ("offices",)),
    ("messages", _("消息"), "bell", frozenset(OfficeRole.Role.values), ()),
)


def office_nav(current: str, *, roles: frozenset[str], counts: Counts | None) -> Nav:
    """The entries that these roles may open; ``counts`` is the work that waits, None without any inbox."""

    def items(entries: tuple[_Entry, ...]) -> tuple[NavItem, ...]:
        return tuple(_item(entry, counts) for entry in entries if not entry[3].isdisjoint(roles))

    groups = (NavGroup(_("工作"), items(_WORK)), NavGroup(_("制度"), items(_SYSTEM)))
    return Nav(
        portal=_("管理小组"),
        items=items(_FIRST)[:4],
        groups=tuple(group for group in groups if group.items),
        current=current,
    )


def _item(entry: _Entry, counts: Counts | None) -> NavItem:
    key, label, icon, _roles, kinds = entry
    if counts is None:
        return NavItem(key, label, reverse(f"office:{key}"), icon)
    count = counts.total if key == "inbox" else sum(counts.of(kind) for kind in kinds)
    return NavItem(key, label, reverse(f"office:{key}"), icon, count, hot=key == "inbox" and counts.overdue > 0)
