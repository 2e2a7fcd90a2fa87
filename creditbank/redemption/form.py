"""The application form (Annex 2, M-7) on paper: blank to fill by hand, or filled from an application."""

from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from creditbank.clock import today
from creditbank.people.consents import current_text
from creditbank.people.models import Consent, ConsentText, Guardianship, StudentCard
from creditbank.policy.amounts import format_hundredths
from creditbank.policy.decision import Requirement, decision_from_json
from creditbank.printing.annexes import Agreement, redemption_form
from creditbank.printing.forms import RequirementRow
from creditbank.printing.rendering import render
from creditbank.printing.values import LANGUAGE_CODES, Language
from creditbank.redemption.models import OPEN_STATES, Redemption
from creditbank.redemption.versions import law_for
from creditbank.rulebook.clause_names import clause_label

# Requirements whose need and holding are figures; those of the others are codes, told in the words beside them.
_FIGURES: Final = frozenset({"credits", "exam", "age"})


def blank_application_pdf(*, lang: Language, at: datetime) -> bytes:
    """The blank form, with the consent text in force."""
    text = current_text("redemption", at)
    return render(
        redemption_form(printed_at=at, lang=lang, consent_texts=(_words(text, lang),), consent_version=text.version)
    )


def application_pdf(redemption: Redemption, *, lang: Language, at: datetime) -> bytes:
    """The form filled from an application, with the requirements that were decided on and how it stands."""
    text = redemption.consent.text if redemption.consent is not None else current_text("redemption", at)
    decision = decision_from_json(redemption.decision)
    with translation.override(LANGUAGE_CODES[lang]):
        return render(
            redemption_form(
                printed_at=at,
                lang=lang,
                number=redemption.number,
                values=_values(redemption, lang),
                requirements=tuple(_row(each, lang) for each in decision.requirements),
                law_version=_("%(version)s 版") % {"version": redemption.policy_version.code},
                outcome=str(redemption.get_state_display()),
                reason=redemption.reason,
                consent_texts=(_words(text, lang),),
                consent_version=text.version,
                agreement=_agreement(redemption.consent) if redemption.consent is not None else None,
            )
        )


def _values(redemption: Redemption, lang: Language) -> dict[str, str]:
    account = redemption.account
    card = account.cards.filter(state=StudentCard.State.ACTIVE).first()
    product = law_for(redemption).products[redemption.product]
    enrolment = account.student.enrolments.filter(until=None).select_related("institution").first()
    values = {
        "name": account.student.person.name,
        "card_number": card.card_number if card else "",
        "institution": enrolment.institution.name if enrolment else "",
        "product": product.name.spoken(lang),
        "applied_on": redemption.applied_on.isoformat(),
        "price_class": redemption.price_class,
        "credits_asked": format_hundredths(redemption.credits_hundredths),
        "available": str(redemption.facts.get("available_credits", "")),
    }
    if redemption.state not in OPEN_STATES or redemption.reviewer is not None:
        values |= _officers(redemption)
    return values


def _officers(redemption: Redemption) -> dict[str, str]:
    signed = {}
    if redemption.reviewer is not None and redemption.reviewed_at is not None:
        signed["reviewed_by"] = f"{redemption.reviewer.name} {today(redemption.reviewed_at)}"
    if redemption.decider is not None and redemption.decided_at is not None:
        signed["decided_by"] = f"{redemption.decider.name} {today(redemption.decided_at)}"
    return signed


def _row(requirement: Requirement, lang: Language) -> RequirementRow:
    return RequirementRow(
        text=requirement.text.spoken(lang)[:120],
        clause=clause_label(requirement.clause),
        need=(requirement.need or "") if requirement.code in _FIGURES else "",
        found=(requirement.have or "") if requirement.code in _FIGURES else "",
        met=requirement.met,
        gap="" if requirement.met else requirement.text.spoken(lang),
    )


def _agreement(consent: Consent) -> Agreement:
    guardianship = Guardianship.objects.filter(student=consent.student, guardian_id=consent.given_by_id).first()
    relation = str(guardianship.get_relation_display()) if guardianship else ""
    return Agreement(consent.given_by_name, relation, consent.given_at)


def _words(text: ConsentText, lang: Language) -> str:
    return text.en if lang == "en" else text.zh
