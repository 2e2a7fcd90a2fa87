"""The menu of an institution's pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from creditbank.portals.navigation import Nav, NavGroup, NavItem


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work that waits for the person: returns, and messages not read."""

    returns: int
    unread: int


def institution_nav(code: str, current: str, *, waiting: Waiting, posts: int) -> Nav:
    """``posts`` is at how many institutions the person works: with several there is a way to the others."""

    def item(key: str, label: str | Promise, icon: str, count: int = 0, *, hot: bool = False) -> NavItem:
        return NavItem(key, label, reverse(f"institution:{key}", args=[code]), icon, count, hot)

    others = (NavItem("door", _("切换单位"), reverse("institution:door"), "swap"),) if posts > 1 else ()
    return Nav(
        portal=_("成员单位"),
        items=(
            item("home", _("概览"), "home"),
            item("returns", _("申报"), "upload", waiting.returns, hot=True),
            item("students", _("名册"), "people"),
            item("openings", _("开户"), "card"),
        ),
        groups=(
            NavGroup(
                _("柜台"),
                (
                    item("redemptions", _("兑换受理"), "certificate"),
                    item("papers", _("监护人同意书"), "edit"),
                    item("forms", _("空白表格"), "print"),
                ),
            ),
            NavGroup(
                _("本单位"),
                (
                    item("scheme", _("评价方案"), "file"),
                    item("staff", _("人员"), "user"),
                    item("keys", _("接口密钥"), "key"),
                    item("inbox", _("消息"), "bell", waiting.unread),
                    *others,
                ),
            ),
        ),
        current=current,
    )
