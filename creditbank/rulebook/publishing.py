"""A change of policy on its public road (R-P, I-16): drafted by one person, announced by another, in force on its day.

An announced version decides from its date on, whether or not the sweep that renames its state has come by: the date
decides (I-14), never the moment at which a program ran.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed, Refused
from creditbank.notices.actions import NoticeDraft, publish_notice, withdraw_notice
from creditbank.notices.models import Notice, NoticeKind, NoticeState, TermUnit
from creditbank.notices.terms import LONGEST, Term
from creditbank.people.rights import require_office
from creditbank.policy.law import Law, read_law
from creditbank.policy.periods import may_come_into_force, policy_notice_days
from creditbank.policy.text import Text
from creditbank.rulebook.actions import law_digest
from creditbank.rulebook.models import PolicyVersion, VersionState
from creditbank.rulebook.reading import law_of, version_on

LONGEST_CODE = 40
LONGEST_NUMBER = 6
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Choice:
    """A reading selected in the register of interpretations; ``value`` is its number of days or months, if any."""

    interpretation: str
    reading: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class NewValue:
    """A dated value from the version's own date on: its name as :func:`differences.dated_values` gives it.

    ``value`` as the law writes it: a whole number, or credits as a decimal string.
    """

    name: str
    value: str


def law_with(
    base: Law, choices: Iterable[Choice], *, code: str, title: Text, in_force_on: date, values: Iterable[NewValue] = ()
) -> Law:
    """The law of ``base`` under a new code and date with other readings selected and other values from that date.

    Raises ``InvalidInput`` for an interpretation, a reading, a number or a value that the register does not have.
    """
    for choice in choices:
        base = base.select(choice.interpretation, choice.reading, choice.value)
    document = copy.deepcopy(base.to_json())
    for each in values:
        _set_value(document, each, in_force_on)
    version = document["version"]
    assert isinstance(version, dict), "the data came from a law"
    version |= {
        "code": code,
        "from": in_force_on.isoformat(),
        "title": {"zh": title.zh, "en": title.en},
        "loaded_as_in_force": False,
    }
    return read_law(document)


def _set_value(document: dict[str, object], change: NewValue, since: date) -> None:
    """Append the value to its history, from the version's date on; what stood before stays for earlier dates."""
    history = _history(document, change.name)
    last = history[-1]
    text = change.value.strip()
    if last["unit"] != "credits" and not (text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise InvalidInput("请填写整数。", field=change.name)
    value: str | int = text if last["unit"] == "credits" else int(text)
    kept = [each for each in history if str(each["from"]) < since.isoformat()]
    history[:] = [*kept, {**last, "value": value, "from": since.isoformat()}]


def _history(document: dict[str, object], name: str) -> list[dict[str, object]]:
    values, families = document["values"], document["certificate_families"]
    assert isinstance(values, dict), "the data came from a law"
    assert isinstance(families, list), "the data came from a law"
    family, dot, part = name.partition(".")
    if not dot and name in values:
        found: list[dict[str, object]] = values[name]
        return found
    for each in families:
        if each["code"] == family and part in {"credits", "minimum_age"} and each[part]:
            history: list[dict[str, object]] = each[part]
            return history
    raise InvalidInput("没有这个数值。", field=name)


@transaction.atomic
def draft_version(*, actor: Actor, law: Law, at: datetime) -> PolicyVersion:
    """Put a law into the rulebook as a draft; it decides nothing. A reviewer or decider of the office.

    Raises ``InvalidInput`` for a code that is too long or a date that is not in the future, ``Conflict`` for a code
    that is there.
    """
    person_id = require_office(actor, "reviewer", "decider", at=at)
    if not 0 < len(law.code) <= LONGEST_CODE:
        raise InvalidInput("版本号最长 %(length)s 个字符。", field="code", length=LONGEST_CODE)
    if law.since <= today(at):
        raise InvalidInput("生效日期须在今天以后。", field="in_force_on", clause="R-P")
    document = law.to_json()
    try:
        with transaction.atomic():
            version = PolicyVersion.objects.create(
                code=law.code,
                title=law.title.zh,
                in_force_on=law.since,
                state=VersionState.DRAFT,
                law=document,
                law_sha256=law_digest(document),
                loaded_at=at,
                drafted_by_id=person_id,
            )
    except IntegrityError as error:
        raise Conflict("已经有政策版本 %(version)s。", code="version-exists", version=law.code) from error
    _audit(actor, "policy.draft", version, at)
    return version


@transaction.atomic
def announce_version(*, actor: Actor, version: PolicyVersion, at: datetime) -> PolicyVersion:
    """Make a draft public: the notice before it runs from today. A decider, and not the person who drafted it.

    Raises ``Refused`` when its date leaves the notice of the law in force too short (R-P, I-16), ``Conflict`` when it
    is no draft or another version begins on the same day.
    """
    person_id = require_office(actor, "decider", at=at)
    locked = PolicyVersion.objects.select_for_update().defer("law").get(pk=version.pk)
    if locked.state != VersionState.DRAFT:
        raise Conflict("只有草案可以公示。", code="version-state", version=locked.code)
    if locked.drafted_by_id == person_id:
        raise NotAllowed("起草的人不能自己公示，请由另一位同事办理。", clause="M-4")
    if PolicyVersion.objects.exclude(state=VersionState.DRAFT).filter(in_force_on=locked.in_force_on).exists():
        raise Conflict("同一天已经有另一版本生效。", code="version-day-taken", version=locked.code)
    law, on = version_on(today(at)), today(at)
    if not may_come_into_force(law, on, locked.in_force_on):
        raise Refused(
            "公示期须满 %(days)s 日：今天公示，最早 %(earliest)s 生效。",
            clause="R-P",
            field="in_force_on",
            days=policy_notice_days(law),
            earliest=(on + timedelta(days=policy_notice_days(law))).isoformat(),
        )
    locked.state, locked.announced_on, locked.announced_by_id = VersionState.ANNOUNCED, on, person_id
    locked.save(update_fields=["state", "announced_on", "announced_by"])
    _audit(actor, "policy.announce", locked, at)
    _publish_before(locked, law.code, actor=actor, at=at)
    return locked


@transaction.atomic
def recall_version(*, actor: Actor, version: PolicyVersion, reason: str, at: datetime) -> PolicyVersion:
    """Take an announced version back before its day: it is a draft again and its notice is taken down, with a reason.

    Raises ``Conflict`` once it is in force, or when it is not announced; ``InvalidInput`` without a reason.
    """
    require_office(actor, "decider", at=at)
    locked = PolicyVersion.objects.select_for_update().defer("law").get(pk=version.pk)
    if locked.state != VersionState.ANNOUNCED or locked.in_force_on <= today(at):
        raise Conflict("只有还没有施行的公示版本可以撤回。", code="version-state", version=locked.code)
    notice = notices_of(locked).filter(state=NoticeState.SHOWN).first()
    if notice is not None:
        withdraw_notice(actor=actor, notice=notice, reason=reason, at=at, with_subject=True)
    elif not reason.strip():
        raise InvalidInput("请写明撤回的理由。", field="reason")
    locked.state, locked.announced_on, locked.announced_by_id = VersionState.DRAFT, None, None
    locked.save(update_fields=["state", "announced_on", "announced_by"])
    _audit(actor, "policy.recall", locked, at)
    return locked


def notices_of(version: PolicyVersion) -> QuerySet[Notice]:
    """The notices before and after a version, the newest first."""
    return Notice.objects.filter(kind=NoticeKind.POLICY, content__version=version.code)


def _publish_before(version: PolicyVersion, base: str, *, actor: Actor, at: datetime) -> None:
    """Shown until the day on which it comes into force; a year at most, as notices are."""
    days = min((version.in_force_on - today(at)).days, LONGEST)
    day = version.in_force_on.isoformat()
    draft = NoticeDraft(
        kind=NoticeKind.POLICY,
        title_zh=f"政策版本 {version.code} 施行前公示",
        title_en=f"Policy version {version.code}: notice before it comes into force",
        clause="R-P",
        term=Term(days, TermUnit.DAYS),
        content={"phase": BEFORE, "version": version.code, "base": base, "in_force_on": day},
    )
    publish_notice(actor=actor, draft=draft, at=at)


def _publish_after(version: PolicyVersion, at: datetime) -> None:
    """The notice after the change (R-P, I-16); once, and none for what was loaded as in force."""
    if version.announced_on is None or notices_of(version).filter(content__phase=AFTER).exists():
        return
    before = notices_of(version).filter(content__phase=BEFORE).first()
    draft = NoticeDraft(
        kind=NoticeKind.POLICY,
        title_zh=f"政策版本 {version.code} 施行后公示",
        title_en=f"Policy version {version.code}: notice after it came into force",
        clause="R-P",
        term=Term(policy_notice_days(law_of(version)), TermUnit.DAYS),
        content={
            "phase": AFTER,
            "version": version.code,
            "base": str(before.content.get("base", "")) if before else "",
            "in_force_on": version.in_force_on.isoformat(),
        },
    )
    publish_notice(actor=SYSTEM, draft=draft, at=at)


@transaction.atomic
def turn_versions(at: datetime) -> int:
    """Name the states of versions after the day: the one in force, those before it ended; how many changed."""
    begun = PolicyVersion.objects.exclude(state=VersionState.DRAFT).filter(in_force_on__lte=today(at)).defer("law")
    changed = 0
    for place, version in enumerate(begun.order_by("-in_force_on", "-id")):
        state = VersionState.ENDED if place else VersionState.IN_FORCE
        if version.state == state:
            continue
        if PolicyVersion.objects.filter(pk=version.pk, state=version.state).update(state=state):
            _audit(SYSTEM, f"policy.{state.value}", version, at)
            if state == VersionState.IN_FORCE:
                _publish_after(version, at)
            changed += 1
    return changed


def readings_of(version: PolicyVersion) -> dict[str, str]:
    """The reading that a version selects for each entry of its register, by id."""
    return {code: entry.selected for code, entry in law_of(version).interpretations.items()}


def _audit(actor: Actor, action: str, version: PolicyVersion, at: datetime) -> None:
    record(actor=actor, at=at, action=action, subject_kind="policy-version", subject_id=version.code, clause="R-P")
