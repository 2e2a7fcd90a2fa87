"""What can be redeemed and what is missing, product by product; and the application itself (M-7)."""

from collections.abc import Sequence
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from creditbank import clock
from creditbank.catalogue.items import with_items
from creditbank.catalogue.reading import price_on
from creditbank.clock import today
from creditbank.errors import Conflict, CreditBankError
from creditbank.ledger.books import balance_of
from creditbank.people.consents import current_text
from creditbank.people.models import ConsentText
from creditbank.policy.amounts import plain_amount
from creditbank.policy.codes import Route
from creditbank.policy.decision import Decision, Judgement
from creditbank.policy.registry import Product
from creditbank.portals.export import Column, export_response
from creditbank.portals.failures import error_words, status_of
from creditbank.portals.labels import Step, format_credits, spoken
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.offer_words import audience_words, seats_words, window_words
from creditbank.portals.site import law_shown
from creditbank.portals.student.access import Reader, back_to, reader_page, show
from creditbank.portals.student.offering import STANDINGS, Offer, class_words, offers_of, running_of, unmet_first
from creditbank.redemption.actions import apply_for_product
from creditbank.redemption.actions.applying import GUARDIAN_DAYS
from creditbank.redemption.eligibility import decision_for, priced_standing
from creditbank.redemption.errors import NotEligible
from creditbank.redemption.models import Redemption
from creditbank.rulebook.clause_names import clause_label

ROUTES: Final = {Route.SKILL: gettext_lazy("技能途径"), Route.CHAMPION: gettext_lazy("冠军途径")}


class ApplyForm(forms.Form):
    """The last step of an application. ``holder`` names whose it is, so that another open page can't change it."""

    holder = forms.CharField(widget=forms.HiddenInput)
    text_version = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(error_messages={"required": gettext_lazy("请先阅读，再勾选。")})


@require_safe
@reader_page
def offers(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Every product of the law with where the account stands."""
    found = offers_of(reader.account, reader.at, running_of(reader.account))
    rows: Sequence[Offer] = sorted(found, key=lambda each: tuple(STANDINGS).index(each.standing))
    groups = {offer.product.group: spoken(offer.product.group_name) for offer in rows}
    listing = make_listing(
        request.GET,
        rows,
        search=_search,
        filters=(
            Filter("standing", _("情况"), [(key, words) for key, (_tone, words) in STANDINGS.items()], _standing),
            Filter("group", _("类别"), list(groups.items()), _group),
        ),
    )
    if listing.export:
        return export_response(listing.export, COLUMNS, listing.rows, filename="offers")
    ready = sum(offer.standing == "ready" for offer in rows)
    return show(request, reader, "offers", "offers", {"listing": listing, "ready": ready})


@require_safe
@reader_page
def offer(request: HttpRequest, reader: Reader, product: str) -> HttpResponse:
    """One product: every requirement, what is missing, how to close it, what happens after applying."""
    return _offer_page(request, reader, _product(product))


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def apply(request: HttpRequest, reader: Reader, product: str) -> HttpResponse:
    """Confirm and apply; for a minor the guardian agrees in the same step, or later by her own login."""
    chosen = _product(product)
    running = running_of(reader.account).get(chosen.code)
    if running is not None and request.method != "POST":
        return back_to("redemption", running.number)
    route = request.POST.get("route") or request.GET.get("route") or None
    price_class = _class_asked(request, reader, chosen)
    decision = decision_for(reader.account, chosen.code, reader.at, route=route, price_class=price_class)
    if not decision.eligible:
        return _offer_page(request, reader, chosen, status=422 if request.method == "POST" else 200)
    text = current_text("redemption", reader.at)
    form = ApplyForm(
        request.POST if request.method == "POST" else None,
        initial={"holder": str(reader.holder_id), "text_version": text.version},
    )
    form.fields["agreed"].label = _agreed_label(reader)
    status = 200
    if form.is_valid():
        try:
            return _applied(request, reader, decision, form, price_class)
        except NotEligible:
            return _offer_page(request, reader, chosen, status=422)
        except CreditBankError as error:
            form.add_error(None, error_words(error))
            status = status_of(error)
    context = {"form": form, "product": chosen, "decision": decision, "consent_words": words_of(text), "text": text}
    context |= {"route_label": ROUTES.get(decision.route) if decision.route else "", "days": GUARDIAN_DAYS}
    context |= {"price_class": price_class or "", "class_words": class_words(price_class or "")}
    if not chosen.is_certificate:
        context["price"] = price_on(today(reader.at), chosen.code, price_class or "")
    context["after"] = balance_of(reader.holder_id).available - (decision.asked_hundredths or 0)
    return show(request, reader, "apply", "offers", context, status=status)


def words_of(text: ConsentText) -> str:
    """The words of a consent text in the reader's language."""
    return spoken({"zh": text.zh, "en": text.en})


def _applied(
    request: HttpRequest, reader: Reader, decision: Decision, form: ApplyForm, price_class: str | None
) -> HttpResponse:
    if form.cleaned_data["holder"] != str(reader.holder_id):
        raise Conflict("您在另一个页面切换了存折。请确认为谁申请，再提交一次。")
    redemption = apply_for_product(
        actor=reader.actor,
        account=reader.account,
        product=decision.product,
        route=decision.route.value if decision.route else None,
        price_class=price_class,
        text_version="" if reader.own else form.cleaned_data["text_version"],
        at=reader.at,
    )
    messages.success(request, _("申请已提交，编号 %(number)s。") % {"number": redemption.number})
    return back_to("redemption", redemption.number)


def _agreed_label(reader: Reader) -> str:
    if not reader.own:
        return _("我是监护人，已阅读并同意以上内容")
    if reader.minor:
        return _("我自愿申请；我知道监护人同意以后才开始审核")
    return _("我已阅读以上内容，自愿申请")


def _product(code: str) -> Product:
    product = with_items(law_shown(), clock.today()).products.get(code)
    if product is None:
        raise Http404
    return product


def _class_asked(request: HttpRequest, reader: Reader, product: Product) -> str | None:
    """The class that the address asks for, else the best one open to her; ``None`` where there are no classes."""
    if not product.classes:
        return None
    asked = request.POST.get("class") or request.GET.get("class") or ""
    if asked in product.classes:
        return asked
    standing = priced_standing(reader.account, product.code, reader.at)
    shown = standing.best or standing.following
    return shown.price_class if shown else product.classes[0]


def _offer_page(request: HttpRequest, reader: Reader, product: Product, *, status: int = 200) -> HttpResponse:
    running = running_of(reader.account)
    context: dict[str, object] = {"product": product, "redemption": running.get(product.code)}
    context["steps"] = steps_after(reader, product)
    if product.is_certificate:
        decision = decision_for(reader.account, product.code, reader.at)
        context |= _judged(reader, decision)
        context["offer"] = Offer(product, decision, running.get(product.code))
        context["holding"] = [each for each in running.values() if each.hold_seq and each.product != product.code]
    else:
        context |= _priced(request, reader, product, running.get(product.code))
    context["nature"] = law_shown().wording["certificate-nature"].text
    context["on"] = reader.at
    return show(request, reader, "offer", "offers", context, status=status)


def _judged(reader: Reader, decision: Decision) -> dict[str, object]:
    available = balance_of(reader.holder_id).available
    asked = decision.asked_hundredths or 0
    met = sum(each.met for each in decision.requirements)
    return {
        "decision": decision,
        "requirements": unmet_first(decision.requirements),
        "met": met,
        "meter_label": _("%(total)s 项中已满足 %(met)s 项") % {"total": len(decision.requirements), "met": met},
        "available": available,
        "short": max(asked - available, 0),
        "route_label": ROUTES.get(decision.route) if decision.route else "",
        "alternatives": [
            (each, _route_label(each), len(each.unmet), unmet_first(each.requirements))
            for each in decision.alternatives
        ],
        "gaps": [spoken(each.text) for each in decision.unmet],
    }


def _route_label(judgement: Judgement) -> str:
    return str(ROUTES[judgement.route]) if judgement.route else ""


def _priced(request: HttpRequest, reader: Reader, product: Product, redemption: Redemption | None) -> dict[str, object]:
    """A product of Article 11: every published class beside the one that is looked at."""
    standing = priced_standing(reader.account, product.code, reader.at)
    chosen = standing.in_class(request.GET.get("class", "")) or standing.best or standing.following
    if chosen is None:
        return {"offer": Offer(product, redemption=redemption)}
    classes = [
        (each, class_words(each.price_class), len(each.decision.unmet), each is chosen) for each in standing.classes
    ]
    return {
        "offer": Offer(product, chosen.decision, redemption),
        "price": chosen.price,
        "price_class": chosen.price_class,
        "classes": classes if product.classes else [],
        "facts": [
            (_("自付"), _("%(yuan)s 元") % {"yuan": plain_amount(chosen.price.cash_part_fen)}),
            (_("申请期"), window_words(chosen.price) or _("不限")),
            (_("名额"), seats_words(chosen.price) or _("不限")),
            (_("给谁"), audience_words(chosen.price)),
        ],
        "holding": [],
        **_judged(reader, chosen.decision),
    }


def steps_after(reader: Reader, product: Product) -> list[Step]:
    """What happens after applying, and who does it."""
    guardian = [Step(_("监护人同意"), _("不满 18 周岁需要；监护人自己申请时一并同意"))] if reader.minor else []
    return [
        Step(_("查看条件"), _("你在这里"), "now"),
        Step(_("提交申请"), _("学分先冻结，不扣除")),
        *guardian,
        Step(_("审核"), _("管理小组一人核对材料，提出意见")),
        Step(_("决定"), _("管理小组另一人决定，互不代替")),
        _last_step(product),
    ]


def _last_step(product: Product) -> Step:
    if product.is_certificate:
        return Step(_("颁发证书"), _("学分转为已使用"))
    return Step(_("履行"), _("学分转为已使用；支付、出行、入学或交付由管理小组登记"))


def _search(rows: Sequence[Offer], words: str) -> Sequence[Offer]:
    asked = words.casefold()
    return [
        row
        for row in rows
        if asked in f"{row.product.name.zh} {row.product.name.en} {row.product.group_name.zh}".casefold()
    ]


def _standing(rows: Sequence[Offer], standing: str) -> Sequence[Offer]:
    return [row for row in rows if row.standing == standing]


def _group(rows: Sequence[Offer], group: str) -> Sequence[Offer]:
    return [row for row in rows if row.product.group == group]


def _asked(row: Offer) -> str:
    asked = row.decision.asked_hundredths if row.decision else None
    return "" if asked is None else format_credits(asked)


COLUMNS: tuple[Column[Offer], ...] = (
    Column(gettext_lazy("产品"), lambda row: spoken(row.product.name)),
    Column(gettext_lazy("类别"), lambda row: spoken(row.product.group_name)),
    Column(gettext_lazy("价位"), lambda row: row.price_class),
    Column(gettext_lazy("学分"), _asked),
    Column(gettext_lazy("情况"), lambda row: row.label),
    Column(gettext_lazy("说明"), lambda row: row.hint),
    Column(gettext_lazy("依据"), lambda row: clause_label(row.product.clause)),
)
