"""What a redemption stands on: the earned lines that pay for its hold, the facts of the account and their sources."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from creditbank.certificates.models import Certificate, HonourUse
from creditbank.evaluation.models import AttainmentState, Honour, ReturnRow, SkillCertificate
from creditbank.examinations.models import ExamResult, ResultState
from creditbank.ledger.books import all_lines
from creditbank.ledger.models import PassbookLine
from creditbank.ledger.provenance import paid_by
from creditbank.people.models import Account
from creditbank.policy.law import Law
from creditbank.portals.labels import spoken
from creditbank.portals.site import law_shown
from creditbank.records.entries import Entry, entries_of
from creditbank.redemption.models import Redemption

PAID_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Paid:
    """What paid for the hold: an amount in hundredths out of one earned line; ``entry`` is None for what is owed."""

    amount: int
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that counts, where it comes from, and whether it is confirmed."""

    kind: str
    what: str
    source: str
    tone: str
    state_words: str


def facts_of(found: Redemption) -> list[Fact]:
    """Skill certificates, honours, results and certificates of the account, confirmed or not."""
    law, account = law_shown(), found.account
    return [
        *_skills(account, law),
        *_honours(account, found.number),
        *_results(account, law),
        *_certificates(account, law, found.number),
    ]


def paid_of(found: Redemption) -> list[Paid]:
    """The earned lines that pay for the hold, as the ledger traces them; the first of them."""
    if found.hold_seq is None:
        return []
    lines = all_lines(found.holder_id)
    portions = paid_by(lines, found.end_seq or found.hold_seq) or paid_by(lines, found.hold_seq)
    wanted = [portion.earn_seq for portion in portions[:PAID_SHOWN] if portion.earn_seq is not None]
    kept = PassbookLine.objects.filter(holder_id=found.holder_id, seq__in=wanted)
    entries = {entry.seq: entry for entry in entries_of(list(kept))}
    return [Paid(portion.amount, entries.get(portion.earn_seq or 0)) for portion in portions[:PAID_SHOWN]]


def _skills(account: Account, law: Law) -> list[Fact]:
    rows = SkillCertificate.objects.filter(account=account).exclude(state=AttainmentState.WITHDRAWN)
    facts = []
    for skill in rows.select_related("row__credit_return"):
        subject = law.subjects.get(skill.subject)
        what = _("%(subject)s %(level)s 级") % {
            "subject": spoken(subject.name) if subject else skill.subject,
            "level": skill.level,
        }
        source = _source(skill.issuer, skill.certificate_number, skill.row)
        facts.append(Fact(_("技能证书"), what, source, _tone(skill.state), skill.get_state_display()))
    return facts


def _honours(account: Account, number: str) -> list[Fact]:
    used = set(HonourUse.objects.filter(redemption_number=number).values_list("honour_id", flat=True))
    rows = Honour.objects.filter(account=account).exclude(state=AttainmentState.WITHDRAWN)
    facts = []
    for honour in rows.select_related("row__credit_return"):
        words = _("%(event)s 第 %(place)s 名")
        if honour.pk in used:
            words = _("%(event)s 第 %(place)s 名（本申请使用）")
        what = words % {"event": honour.event, "place": honour.place}
        source = _source(honour.issuer, honour.certificate_number, honour.row)
        facts.append(Fact(_("荣誉"), what, source, _tone(honour.state), honour.get_state_display()))
    return facts


def _results(account: Account, law: Law) -> list[Fact]:
    rows = ExamResult.objects.filter(account=account).exclude(state=ResultState.REFUSED)
    facts = []
    for result in rows.select_related("recorded_by", "confirmed_by").order_by("-taken_on")[:PAID_SHOWN]:
        what = _("%(family)s：%(score)s 分") % {"family": family_name(law, result.family), "score": result.score}
        people = [person.name for person in (result.recorded_by, result.confirmed_by) if person]
        source = " · ".join([result.taken_on.isoformat(), *people])
        facts.append(Fact(_("考试成绩"), what, source, _tone(result.state), result.get_state_display()))
    return facts


def _certificates(account: Account, law: Law, number: str) -> list[Fact]:
    return [
        Fact(_("已有证书"), family_name(law, held.family), held.number, _tone(held.state), held.get_state_display())
        for held in Certificate.objects.filter(account=account).exclude(redemption_number=number)
    ]


def family_name(law: Law, code: str) -> str:
    """A certificate family in words; its code when this version does not know it."""
    family = law.families.get(code)
    return spoken(family.name) if family else code


def _source(issuer: str, certificate_number: str, row: ReturnRow | None) -> str:
    number = row.credit_return.number if row else ""
    return " · ".join(part for part in (issuer, certificate_number, number) if part)


def _tone(state: str) -> str:
    return {"confirmed": "ok", "valid": "ok", "suspended": "warn", "revoked": "bad"}.get(state, "warn")
