"""The public catalogue: the certificates with what they ask, and every product of Article 11 with its price (I-8)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from creditbank import clock
from creditbank.catalogue.items import with_items
from creditbank.catalogue.reading import Listed, catalogue_on
from creditbank.policy.amounts import plain_amount
from creditbank.portals.export import Column, export_response
from creditbank.portals.labels import format_credits, printed_order, spoken
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.offer_words import CLASS_WORDS, audience_words, seats_words, window_words
from creditbank.portals.public.rules import family_entries
from creditbank.portals.site import law_shown
from creditbank.rulebook.clause_names import clause_label

STATES = (
    ("open", gettext_lazy("现在可以申请")),
    ("priced", gettext_lazy("已公布价目")),
    ("unpriced", gettext_lazy("待公布")),
)


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Everything that can be redeemed, with what each asks; without a published price: 待公布."""
    today = clock.today()
    law = with_items(law_shown(), today)
    order = sorted(law.groups, key=lambda code: printed_order(law.groups[code].clause))
    law = replace(law, groups={code: law.groups[code] for code in order})
    listing = make_listing(
        request.GET,
        catalogue_on(today, law),
        search=_search,
        filters=(
            Filter("group", _("类别"), [(group.code, spoken(group.name)) for group in law.groups.values()], _of_group),
            Filter("class", _("价位"), tuple(CLASS_WORDS.items()), _of_class),
            Filter("state", _("价目"), STATES, partial(_of_state, today)),
        ),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="products")
    context = {
        "families": family_entries(law, today),
        "listing": listing,
        "rows": [_cells(row) for row in listing.page if isinstance(row, Listed)],
        "pass_mark": law.value("exam_pass_mark", today).value,
        "nature": law.wording["certificate-nature"].text,
    }
    return render(request, "public/products.html", context)


def _cells(row: Listed) -> dict[str, object]:
    return {
        "listed": row,
        "class": class_words(row),
        "cash": plain_amount(row.price.cash_part_fen) if row.price and row.price.cash_part_fen else "",
        "window": window_words(row.price),
        "seats": seats_words(row.price),
        "audience": audience_words(row.price),
    }


def class_words(row: Listed) -> str:
    """The class in words; empty where the product has none."""
    return str(CLASS_WORDS[row.price_class]) if row.price_class else ""


def _search(rows: Sequence[Listed], words: str) -> Sequence[Listed]:
    asked = words.casefold()
    return [row for row in rows if asked in _searched(row).casefold()]


def _searched(row: Listed) -> str:
    product = row.product
    return f"{product.code} {product.name.zh} {product.name.en} {product.group_name.zh} {product.group_name.en}"


def _of_group(rows: Sequence[Listed], group: str) -> Sequence[Listed]:
    return [row for row in rows if row.product.group == group]


def _of_class(rows: Sequence[Listed], price_class: str) -> Sequence[Listed]:
    return [row for row in rows if row.price_class == price_class]


def _of_state(today: date, rows: Sequence[Listed], state: str) -> Sequence[Listed]:
    if state == "open":
        return [row for row in rows if row.open_on(today)]
    return [row for row in rows if (row.price is None) == (state == "unpriced")]


def _asked(row: Listed) -> str:
    return format_credits(row.price.credits_hundredths) if row.price else _("待公布")


COLUMNS: tuple[Column[Listed], ...] = (
    Column(gettext_lazy("代码"), lambda row: row.product.code),
    Column(gettext_lazy("名称"), lambda row: spoken(row.product.name)),
    Column(gettext_lazy("类别"), lambda row: spoken(row.product.group_name)),
    Column(gettext_lazy("价位"), class_words),
    Column(gettext_lazy("学分"), _asked),
    Column(gettext_lazy("自付（元）"), lambda row: plain_amount(row.price.cash_part_fen) if row.price else ""),
    Column(gettext_lazy("申请期"), lambda row: window_words(row.price)),
    Column(gettext_lazy("名额"), lambda row: seats_words(row.price)),
    Column(gettext_lazy("给谁"), lambda row: audience_words(row.price)),
    Column(gettext_lazy("价目表"), lambda row: row.price.schedule.number if row.price else ""),
    Column(gettext_lazy("依据"), lambda row: clause_label(row.product.clause)),
)
