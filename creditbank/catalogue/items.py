"""The law with the items that the office added: to the rules they are products like those of the text (M-11.0)."""

import re
from dataclasses import replace
from datetime import date
from typing import Final

from creditbank.catalogue.models import AddedItem
from creditbank.policy.law import Law
from creditbank.policy.registry import Product, ProductGroup
from creditbank.policy.text import Text
from creditbank.rulebook.reading import version_on

CLAUSE: Final = "M-11.0"
OTHER: Final = "other"
OTHER_NAME: Final = Text("其他产品", "Other products")
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CLASSES: Final = ("full", "half", "subsidised")


def law_on(on: date) -> Law:
    """The law in force on a date, with the items that count on it. One query besides the law's own."""
    return with_items(version_on(on), on)


def with_items(law: Law, on: date) -> Law:
    """The law with the added items that count on a date, each at the end of its group."""
    rows = list(AddedItem.objects.filter(agreed_at__isnull=False, since__lte=on))
    rows = [row for row in rows if row.until is None or row.until >= on]
    if not rows:
        return law
    groups = dict(law.groups)
    for row in rows:
        group = groups.get(row.group) or ProductGroup(OTHER, OTHER_NAME, CLAUSE, (), (), ())
        groups[group.code] = replace(group, products=(*group.products, item_product(row, group)))
    added = {product.code: product for group in groups.values() for product in group.products}
    return replace(law, groups=groups, products={**added, **law.products})


def item_product(row: AddedItem, group: ProductGroup) -> Product:
    """The item as a product of its group."""
    return Product(
        code=row.code,
        name=Text(row.name_zh, row.name_en),
        group=group.code,
        group_name=group.name,
        clause=CLAUSE,
        since=row.since,
        classes=tuple(row.classes),
        amount_yuan=row.amount_yuan,
    )
