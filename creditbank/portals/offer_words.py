"""What a price says, in words: the class, the window, the seats, whom it is for."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from creditbank.catalogue.models import Price

CLASS_WORDS: dict[str, str | Promise] = {
    "full": gettext_lazy("全价"),
    "half": gettext_lazy("半价"),
    "subsidised": gettext_lazy("补贴价"),
}


def window_words(price: Price | None) -> str:
    """The days on which applications are taken; empty for always, or without a price."""
    if price is None or price.opens_on is None or price.closes_on is None:
        return ""
    return f"{price.opens_on.isoformat()} – {price.closes_on.isoformat()}"


def seats_words(price: Price | None) -> str:
    """How many seats are left; empty where they are not counted."""
    if price is None or price.seats is None:
        return ""
    left, total = price.seats.left, price.seats.total
    return _("还有 %(left)s / %(total)s 个") % {"left": left, "total": total}


def audience_words(price: Price | None) -> str:
    """Whom the price is for; empty without a price."""
    if price is None:
        return ""
    for_whom = price.audience
    parts = []
    if for_whom.from_age is not None and for_whom.to_age is not None:
        parts.append(_("%(low)s–%(high)s 周岁") % {"low": for_whom.from_age, "high": for_whom.to_age})
    elif for_whom.from_age is not None:
        parts.append(_("满 %(low)s 周岁") % {"low": for_whom.from_age})
    elif for_whom.to_age is not None:
        parts.append(_("不超过 %(high)s 周岁") % {"high": for_whom.to_age})
    if for_whom.places:
        parts.append(_("地区 %(codes)s") % {"codes": " ".join(for_whom.places)})
    if for_whom.institutions:
        parts.append(_("单位 %(codes)s") % {"codes": " ".join(for_whom.institutions)})
    return " · ".join(parts) or _("不限")
