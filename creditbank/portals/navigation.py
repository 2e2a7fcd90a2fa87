"""Menus as values: what a page's side (or bottom) navigation shows, and which doors a person has."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: ``key`` marks the current page, ``count`` is work waiting, ``hot`` paints it as overdue."""

    key: str
    label: Words
    url: str
    icon: str
    count: int = 0
    hot: bool = False


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A titled group below the first list; on phones it stands under “更多” at the page's end."""

    title: Words
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Nav:
    """The navigation of one portal.

    ``items`` are the first list (at most four: they fill the bar of a phone), ``groups`` the rest, ``current`` the key
    of the page shown, ``portal`` the small word under the bank's name.
    """

    portal: Words
    items: tuple[NavItem, ...]
    groups: tuple[NavGroup, ...] = field(default=())
    current: str = ""


@dataclass(frozen=True, slots=True)
class PublicItem:
    """An entry of the public top menu; ``view`` is the URL name that it marks as current."""

    view: str
    label: Words


PUBLIC_MENU = (
    PublicItem("public:home", _("首页")),
    PublicItem("public:products", _("兑换目录")),
    PublicItem("public:regulation", _("办法与细则")),
    PublicItem("public:notices", _("公示")),
    PublicItem("public:members", _("成员名册")),
    PublicItem("public:check", _("查验证书")),
    PublicItem("public:help", _("帮助")),
)
