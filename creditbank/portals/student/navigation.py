"""The menu of the student's and guardian's pages."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from creditbank.portals.navigation import Nav, NavGroup, NavItem


def student_nav(current: str, *, running: int, unread: int, choices: int) -> Nav:
    """``running``: applications not at their end; ``unread``: messages; ``choices``: passbooks the reader may open."""
    return Nav(
        portal=_("我的存折"),
        items=(
            _item("passbook", _("存折"), "book"),
            _item("offers", _("能兑换"), "gift"),
            _item("certificates", pgettext_lazy("list", "证书"), "certificate"),
            _item("redemptions", _("申请"), "list", running),
        ),
        groups=(
            NavGroup(
                _("更多"),
                (
                    _item("exams", pgettext_lazy("list", "考试"), "edit"),
                    _item("inbox", _("消息"), "bell", unread),
                    _item("card", _("素质教育卡"), "card"),
                    _item("statement", _("对账单"), "print"),
                    _item("consents", _("同意与授权"), "edit"),
                    _item("looks", _("谁看过我的数据"), "check-shield"),
                    _item("data", _("导出我的数据"), "file"),
                    _item("holders", _("切换存折") if choices > 1 else _("加入孩子的存折"), "swap"),
                ),
            ),
        ),
        current=current,
    )


def _item(key: str, label: object, icon: str, count: int = 0) -> NavItem:
    return NavItem(key, str(label), str(reverse_lazy(f"student:{key}")), icon, count)
