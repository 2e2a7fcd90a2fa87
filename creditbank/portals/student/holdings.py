"""The certificates of the account: list, the certified content, the sheet on paper."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from creditbank.certificates.models import Certificate
from creditbank.certificates.sheet import certificate_pdf, check_address
from creditbank.people.models import Account
from creditbank.policy.text import Text
from creditbank.portals.downloads import asked_language, pdf_response
from creditbank.portals.export import Column, export_response
from creditbank.portals.labels import spoken
from creditbank.portals.listing import make_listing
from creditbank.portals.student.access import CHOSEN, Reader, reader_page, reader_with, show
from creditbank.rulebook.reading import law_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate with its names in the words of the law it was issued under."""

    certificate: Certificate
    family: Text
    grade: Text

    @property
    def title(self) -> str:
        """Family and grade in the reader's language."""
        return f"{spoken(self.family)} · {spoken(self.grade)}"


def certificates_of(accounts: Iterable[Account]) -> QuerySet[Certificate]:
    """The certificates of some accounts, newest first, without the text of the law that each names."""
    found = Certificate.objects.filter(account__in=accounts).select_related("policy_version", "issuer")
    return found.defer("policy_version__law")


def shown(certificate: Certificate) -> Shown:
    """A certificate with its names."""
    family = law_of(certificate.policy_version).families[certificate.family]
    return Shown(certificate, family.name, family.grade(certificate.grade).name)


@require_safe
@reader_page
def certificates(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Every certificate of the account."""
    rows = certificates_of([reader.account])
    listing = make_listing(request.GET, rows, search=lambda found, words: found.filter(number__icontains=words))
    if listing.export:
        return export_response(listing.export, COLUMNS, map(shown, listing.rows), filename="certificates")
    page = [shown(each) for each in listing.page if isinstance(each, Certificate)]
    return show(request, reader, "certificates", "certificates", {"listing": listing, "rows": page})


@require_safe
@reader_page
def certificate(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """The certified content, and how others check it."""
    found, reader = _find(request, reader, number)
    context = {"each": shown(found), "address": check_address(found, settings.SITE_URL)}
    return show(request, reader, "certificate", "certificates", context)


@require_safe
@reader_page
def sheet(request: HttpRequest, reader: Reader, number: str) -> HttpResponse:
    """The certificate as PDF. Nothing is printed of one that was revoked or is suspended."""
    found, reader = _find(request, reader, number)
    if found.state != "valid":
        raise Http404
    content = certificate_pdf(found, check_address_base=settings.SITE_URL, lang=asked_language(), at=reader.at)
    return pdf_response(content, found.number)


def _find(request: HttpRequest, reader: Reader, number: str) -> tuple[Certificate, Reader]:
    found = certificates_of(reader.accounts).filter(number=number).first()
    if found is None:
        raise Http404
    account = next(each for each in reader.accounts if each.pk == found.account_id)
    request.session[CHOSEN] = str(account.holder_id)
    return found, reader_with(reader, found.account_id)


COLUMNS: tuple[Column[Shown], ...] = (
    Column(_("证书编号"), lambda row: row.certificate.number),
    Column(_("证书"), lambda row: row.title),
    Column(_("签发机构"), lambda row: row.certificate.issuer_name),
    Column(_("签发日期"), lambda row: row.certificate.issued_on),
    Column(_("状态"), lambda row: row.certificate.get_state_display()),
)
