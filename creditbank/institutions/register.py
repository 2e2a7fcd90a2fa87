"""The public register of member institutions (M-10): who belongs to the alliance today."""

from creditbank.errors import NotFound
from creditbank.institutions.models import Institution, InstitutionQuerySet


def public_register(*, kind: str = "", region_code: str = "", text: str = "") -> InstitutionQuerySet:
    """Institutions in good standing, by pinyin; narrowed by kind, first digits of the region, part of the name."""
    found = Institution.objects.all().in_good_standing()
    if kind:
        found = found.filter(kind=kind)
    if region_code:
        found = found.filter(region_code__startswith=region_code.rstrip("0") or region_code)
    if text:
        found = found.filter(name__icontains=text) | found.filter(code__iexact=text)
    return found


def institution_by_code(code: str) -> Institution:
    """The institution with this code, in any case of letters; NotFound when there is none."""
    institution = Institution.objects.filter(code=code.strip().upper()).first()
    if institution is None:
        raise NotFound("没有这个代码的成员单位。", code="institution-unknown")
    return institution
