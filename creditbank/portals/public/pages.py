"""The public pages that tell: home, members, help, privacy, contact and the published keys."""

from base64 import b64encode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from creditbank import clock
from creditbank.institutions.models import Institution, InstitutionKind, InstitutionQuerySet
from creditbank.institutions.register import public_register
from creditbank.people.consents import PRIVACY, current_text
from creditbank.portals.export import Column, export_response
from creditbank.portals.listing import Filter, make_listing
from creditbank.portals.public.balance import BalanceForm
from creditbank.portals.public.rules import family_entries
from creditbank.portals.site import law_shown
from creditbank.vault.signing import public_key_pem, public_keys

TEASER_FAMILIES = ("athlete", "coach", "programming-teacher")
TEASER_GROUPS = ("visit", "scholarship", "japan-line")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The five services, the balance query, what can be redeemed, how to reach us."""
    law = law_shown()
    families = family_entries(law, clock.today())
    context = {
        "form": BalanceForm(),
        "member_count": public_register().count(),
        "law": law,
        "families": [entry for entry in families if entry.family.code in TEASER_FAMILIES],
        "groups": [law.groups[code] for code in TEASER_GROUPS if code in law.groups],
    }
    return render(request, "public/home.html", context)


def _search_members(rows: InstitutionQuerySet, words: str) -> InstitutionQuerySet:
    return rows.filter(name__icontains=words) | rows.filter(code__iexact=words)


def _of_kind(rows: InstitutionQuerySet, kind: str) -> InstitutionQuerySet:
    return rows.filter(kind=kind)


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """The register of member institutions in good standing (M-10)."""
    kinds = [(kind.value, kind.label) for kind in InstitutionKind]
    listing = make_listing(
        request.GET,
        public_register(),
        search=_search_members,
        filters=(Filter("kind", _("类别"), kinds, _of_kind),),
    )
    if listing.export:
        return export_response(listing.export, MEMBER_COLUMNS, listing.rows, filename="members")
    return render(request, "public/members.html", {"listing": listing})


MEMBER_COLUMNS: tuple[Column[Institution], ...] = (
    Column(_("代码"), lambda row: row.code),
    Column(_("名称"), lambda row: row.name),
    Column(_("类别"), lambda row: row.get_kind_display()),
    Column(_("地区"), lambda row: row.region_name),
    Column(_("获批日期"), lambda row: row.approved_on),
)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What each reader can do here, in plain words."""
    return render(request, "public/help.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a person, why, who sees it."""
    notice = current_text(PRIVACY, clock.now())
    words = notice.en if (get_language() or "").startswith("en") else notice.zh
    return render(request, "public/privacy.html", {"notice": notice, "notice_words": words})


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach the management group (M-13 to M-16)."""
    return render(request, "public/contact.html")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys that receipts are verified with."""
    return render(request, "public/keys.html", {"pem": public_key_pem(), "key_ids": list(public_keys())})


@require_safe
def keys_json(request: HttpRequest) -> JsonResponse:
    """The public keys for programs: id → raw 32 bytes in Base64, the current one first."""
    found = {key_id: b64encode(key.public_bytes_raw()).decode() for key_id, key in public_keys().items()}
    current = next(iter(found))
    return JsonResponse({"algorithm": "Ed25519", "current": current, "keys": found})
