"""A certificate as it is printed: what was issued, in the words of the version of the law that it was issued under."""

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.utils import translation
from django.utils.translation import gettext as _

from creditbank.certificates.models import Certificate
from creditbank.policy.law import Law
from creditbank.policy.registry import CertificateFamily, value_on
from creditbank.printing.documents import CertificateSheet
from creditbank.printing.rendering import render
from creditbank.printing.values import LANGUAGE_CODES, Language
from creditbank.rulebook.clause_names import clause_label
from creditbank.rulebook.reading import law_of

_OTHER: Final[dict[Language, Language]] = {"zh": "en", "en": "zh"}


def certificate_pdf(certificate: Certificate, *, check_address_base: str, lang: Language, at: datetime) -> bytes:
    """The certificate on paper; its QR leads to ``check_address_base``/check/ with number and code.

    The same certificate, address, language and moment give the same bytes. Errors as of ``printing.render``.
    """
    return render(certificate_sheet(certificate, check_address_base=check_address_base, lang=lang, at=at))


def certificate_sheet(
    certificate: Certificate, *, check_address_base: str, lang: Language, at: datetime
) -> CertificateSheet:
    """The certificate as the value that is printed."""
    law = law_of(certificate.policy_version)
    family, other = law.families[certificate.family], _OTHER[lang]
    with translation.override(LANGUAGE_CODES[lang]):
        return CertificateSheet(
            printed_at=at,
            lang=lang,
            title=family.name.spoken(lang),
            title_second=family.name.spoken(other),
            subject=family.holder.spoken(lang),
            grade=family.grade(certificate.grade).name.spoken(lang),
            holder_name=certificate.holder_name,
            number=certificate.number,
            issuer=certificate.issuer_name,
            issued_on=certificate.issued_on,
            route=_route(certificate, law, family, lang),
            clause=clause_label(certificate.clause),
            law_version=_("%(version)s 版") % {"version": certificate.policy_version.code},
            validity=_("长期有效，规定未设期限"),
            check_address=check_address(certificate, check_address_base),
            check_code=certificate.check_code,
            wording="\n".join(words[lang] for words in certificate.wording.values()),
            wording_second="\n".join(words[other] for words in certificate.wording.values()),
            stamp_lines=(_("此处盖章"),),
            sample=certificate.issuer.is_sample,
        )


def check_address(certificate: Certificate, base: str) -> str:
    """The address that shows the certified content to whoever holds the paper: it carries number and code."""
    query = urlencode({"number": certificate.number, "code": certificate.check_code})
    return f"{base.rstrip('/')}/check/?{query}"


def _route(certificate: Certificate, law: Law, family: CertificateFamily, lang: Language) -> str:
    if certificate.clause in family.honour_clauses.values():
        return _("冠军途径：第一名荣誉证书")
    levels = [(law.subjects[need.subject].name, value_on(need.level, certificate.issued_on)) for need in family.skills]
    skills = [
        _("%(subject)s %(level)s 级") % {"subject": subject.spoken(lang), "level": level.value}
        for subject, level in levels
        if level is not None
    ]
    return _("技能途径：%(skills)s") % {"skills": _("、").join(skills)}
