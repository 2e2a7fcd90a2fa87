"""The components of the design system as template tags; docs/portals.md shows each in use.

Tags show, they decide nothing. All text is escaped; what is marked safe is made here from checked parts.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import segno
from django import template
from django.forms import BaseForm, BoundField, CheckboxSelectMultiple, RadioSelect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from creditbank.policy.text import Text
from creditbank.portals import charts, labels
from creditbank.portals.labels import Step, format_credits
from creditbank.portals.listing import Listing, Rows
from creditbank.rulebook.clause_names import clause_label

register = template.Library()
Words = str | Promise
Amounts = Mapping[str, int] | Mapping[int, int]


@register.simple_tag
def icon(name: str, css_class: str = "ico") -> SafeString:
    """An icon of the sprite, hidden from screen readers: a word stands beside it."""
    address = f"{static('creditbank/icons.svg')}#{name}"
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}"/></svg>', css_class, address
    )


@register.simple_tag(name="credits")
def credits_tag(amount: int | str) -> SafeString:
    """Credits in tabular figures: ``9500`` or ``"95.00"`` → 95.00."""
    return format_html('<span class="num">{}</span>', format_credits(amount))


@register.filter
def in_fours(code: str) -> str:
    """A code in groups of four, for reading aloud and copying by hand."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


@register.filter
def credit_figure(amount: int | str) -> str:
    """The same without markup, for places that style the figure themselves."""
    return format_credits(amount)


@register.filter
def level_words(level: str) -> str:
    """A contest's level in the reader's language."""
    return labels.level_words(level)


@register.simple_tag
def change(amount: int) -> SafeString:
    """A change of the balance in hundredths with its sign: +8.00, −30.00, 0.00."""
    if amount == 0:
        return format_html('<span class="muted amt num">{}</span>', format_credits(0))
    if amount > 0:
        return format_html('<span class="plus amt num">+{}</span>', format_credits(amount))
    return format_html('<span class="minus amt num">{}</span>', format_credits(amount))


@register.simple_tag
def badge(tone: str, label: Words) -> SafeString:
    """A badge: tone ok, warn, bad, info or empty; shape, word and colour say the same."""
    return format_html('<span class="badge{}">{}</span>', f" badge-{tone}" if tone else "", label)


@register.simple_tag
def state(code: str, label: Words) -> SafeString:
    """A badge whose tone follows the state's code: ``{% state return.state return.get_state_display %}``."""
    return badge(labels.tone_of(code), label)


@register.simple_tag
def sample() -> SafeString:
    """The dashed mark of a figure that is not the regulation's."""
    return format_html('<span class="sample">{}</span>', gettext("示例"))


@register.simple_tag
def clause(code: str) -> SafeString:
    """A tag that names a clause and leads to it."""
    if not code:
        return SafeString("")
    return format_html('<a class="clause" href="{}#{}">{}</a>', reverse("public:regulation"), code, clause_label(code))


@register.simple_tag
def domain(code: str | int | None, short: bool = False) -> SafeString:
    """The seal of a domain; ``short`` shows the character alone and keeps the word for screen readers."""
    mark = labels.domain_mark(code) if code is not None else None
    if mark is None:
        return format_html('<span class="muted">{}</span>', "—")
    css_class = "visually-hidden" if short else "seal-word"
    return format_html(
        '<span class="seal d-{}"><b aria-hidden="true">{}</b><span class="{}">{}</span></span>',
        mark.code,
        mark.character,
        css_class,
        mark.label,
    )


@register.simple_tag
def stage(code: str | int | None) -> SafeString:
    """The ring of a stage, with its word for screen readers and as a hint."""
    mark = labels.stage_mark(code) if code is not None else None
    if mark is None:
        return SafeString("")
    return format_html(
        '<span class="stage" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        mark.label,
        mark.character,
        mark.label,
    )


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Sequence[Step], horizontal: bool = False) -> dict[str, Sequence[Step] | bool]:
    """Numbered steps; ``horizontal`` lies down on wide screens and shrinks to the present step on phones."""
    return {"steps": steps, "horizontal": horizontal}


class Requirement(Protocol):
    """What the requirement list reads: the public contract of a policy decision, as attributes or as a JSON object."""

    clause: str
    code: str
    met: bool
    text: Text | Mapping[str, str]
    interpretation: str | None


@register.inclusion_tag("components/requirements.html")
def requirements(items: Sequence[Requirement]) -> dict[str, Sequence[Requirement]]:
    """Every requirement with its clause and, where unmet, the gap in words; unmet ones first in the given order."""
    return {"items": items}


@register.filter
def in_language(text: Text | Mapping[str, str]) -> str:
    """The words of a ``{"zh": …, "en": …}`` value, or of a law's text, in the reader's language."""
    return labels.spoken(text)


@register.filter
def requirement_title(code: str) -> Words:
    """The heading of a requirement by its code."""
    return labels.REQUIREMENTS.get(code, code)


@register.filter
def clause_name(code: str) -> str:
    """A clause's name without a link: ``R-1.1`` → 细则 一·1."""
    return clause_label(code)


@register.filter
def split_card(number: str) -> str:
    """A card number in groups of five for reading: 80264 17355 907."""
    return " ".join(number[start : start + 5] for start in range(0, len(number), 5))


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, autocomplete: str = "", bare: bool = False) -> dict[str, BoundField | str | bool]:
    """A form field with label, help and error beside it; choices as radio cards, a tick box as one line.

    ``bare`` leaves out help and placeholder: for forms of others, whose label is repeated there.
    """
    if bare:
        bound.help_text = ""
    kind = getattr(bound.field.widget, "input_type", "") or type(bound.field.widget).__name__.lower()
    # A group of choices has no single input and so no id of its own: its notes take the field's.
    key = bound.id_for_label or bound.auto_id
    described = [f"{key}_help"] if bound.help_text else []
    if bound.errors:
        described.append(f"{key}_error")
    css_class = "form-select" if kind == "select" else "form-control"
    attributes: dict[str, str | bool] = {"class": f"{css_class} is-invalid" if bound.errors else css_class}
    if bare:
        attributes["placeholder"] = ""
    if autocomplete:
        attributes["autocomplete"] = autocomplete
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if kind in {"checkbox", "radio"}:
        attributes.pop("class")
    widget = bound.as_widget(attrs=attributes)
    many = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
    return {
        "field": bound,
        "widget": widget,
        "group": many,
        "tick": kind == "checkbox" and not many,
        "key": key,
        "described": " ".join(described),
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, BaseForm]:
    """What is wrong with the form as a whole, with links to the fields; nothing if nothing is wrong."""
    return {"form": form}


@register.inclusion_tag("components/filters.html")
def filters(listing: Listing[Rows], placeholder: Words = "") -> dict[str, Listing[Rows] | Words]:
    """The filter row above a list."""
    return {"listing": listing, "placeholder": placeholder}


@register.inclusion_tag("components/pager.html")
def pager(listing: Listing[Rows]) -> dict[str, Listing[Rows] | list[tuple[str, str]] | str]:
    """Count and page links below a list; the links keep search and filters."""
    page = listing.page
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [(str(number), listing.url(page=number) if isinstance(number, int) else "") for number in numbers]
    return {
        "listing": listing,
        "links": links,
        "current": str(page.number),
        "previous": listing.url(page=page.previous_page_number()) if page.has_previous() else "",
        "next": listing.url(page=page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/export_links.html")
def export_links(listing: Listing[Rows]) -> dict[str, str]:
    """Two buttons: the list as narrowed, to Excel and to CSV."""
    return {"xlsx": listing.url(format="xlsx"), "csv": listing.url(format="csv")}


@register.inclusion_tag("components/empty.html")
def empty(icon_name: str, title: Words, text: Words = "", url: str = "", label: Words = "") -> dict[str, Words]:
    """An empty state that says what to do next."""
    return {"icon_name": icon_name, "title": title, "text": text, "url": url, "label": label}


ALERT_ICONS = {"info": "info", "success": "check-shield", "warning": "warning", "danger": "warning"}


@register.simple_block_tag
def alert(content: str, tone: str = "info", icon_name: str = "", role: str = "") -> SafeString:
    """A box that matters: ``{% alert "warning" %}…{% endalert %}``; tones info, success, warning, danger."""
    return format_html(
        '<div class="alert alert-{}"{}>{}<div>{}</div></div>',
        tone,
        format_html(' role="{}"', role) if role else "",
        icon(icon_name or ALERT_ICONS.get(tone, "info")),
        content,
    )


@register.simple_tag
def meter(value: int, total: int, label: str = "", css_class: str = "meter") -> SafeString:
    """A bar of ``value`` in ``total``, drawn as SVG; ``label`` says it in words."""
    return SafeString(charts.meter(value, total, label=label, css_class=css_class))


@register.simple_tag
def radar(amounts: Amounts, name: str = "radar") -> SafeString:
    """The five domains as a radar: ``amounts`` maps a domain's code (word or ledger number) to hundredths."""
    axes = [
        charts.Axis(mark.code, mark.character, amount, format_credits(amount))
        for mark, amount in _by_mark(labels.DOMAINS, amounts)
    ]
    parts = gettext("；").join(
        gettext("%(domain)s %(credits)s 学分") % {"domain": mark.label, "credits": axis.shown}
        for mark, axis in zip(labels.DOMAINS, axes, strict=True)
    )
    return SafeString(charts.radar(axes, title=gettext("五育学分雷达图"), description=parts, name=name))


def _by_mark(marks: Sequence[labels.Mark], amounts: Amounts) -> list[tuple[labels.Mark, int]]:
    found = {str(code): amount for code, amount in amounts.items()}
    return [(mark, found.get(mark.code, found.get(str(number), 0))) for number, mark in enumerate(marks, start=1)]


@register.inclusion_tag("components/stage_bars.html")
def stage_bars(amounts: Amounts) -> dict[str, list[tuple[labels.Mark, int]] | int]:
    """教 练 赛 as bars: ``amounts`` maps a stage's code (word or ledger number) to hundredths."""
    rows = _by_mark(labels.STAGES, amounts)
    return {"rows": rows, "greatest": max((amount for _mark, amount in rows), default=0)}


@register.simple_tag
def qr(text: str, label: str, css_class: str = "qr") -> SafeString:
    """A QR code as inline SVG, dark modules on white; ``label`` says what it holds."""
    code = segno.make(text, error="m", micro=False)
    side = code.symbol_size(border=0)[0]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(code.matrix) for x, module in enumerate(row) if module)
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}"><path fill="#111" d="{}"/></svg>',
        css_class,
        side,
        side,
        label,
        path,
    )
