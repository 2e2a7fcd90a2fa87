"""A change of policy on its public road (R-P, I-16): drafted by one person, announced by another, in force on its day.

An announced version decides from its date on, whether or not the sweep that renames its state has come by: the date
decides (I-14), never the moment at which a program ran.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from creditbank.audit.actions import record
from creditbank.audit.actor import SYSTEM, Actor
from creditbank.clock import today
from creditbank.errors import Conflict, InvalidInput, NotAllowed, Refused
from creditbank.people.rights import require_office
from creditbank.policy.law import Law, read_law
from creditbank.policy.periods import may_come_into_force, policy_notice_days
from creditbank.policy.text import Text
from creditbank.rulebook.actions import law_digest
from creditbank.rulebook.models import PolicyVersion, VersionState
from creditbank.rulebook.reading import law_of, version_on

LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """A reading selected in the register of interpretations; ``value`` is its number of days or months, if any."""

    interpretation: str
    reading: str
    value: int | None = None


def law_with(base: Law, choices: Iterable[Choice], *, code: str, title: Text, in_force_on: date) -> Law:
    """The law of ``base`` under a new code and date with other readings selected.

    Raises ``InvalidInput`` for an interpretation, a reading or a number that the register does not have.
    """
    for choice in choices:
        base = base.select(choice.interpretation, choice.reading, choice.value)
    document = copy.deepcopy(base.to_json())
    version = document["version"]
    assert isinstance(version, dict), "the data came from a law"
    version |= {
        "code": code,
        "from": in_force_on.isoformat(),
        "title": {"zh": title.zh, "en": title.en},
        "loaded_as_in_force": False,
    }
    return read_law(document)


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
    return locked


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
            changed += 1
    return changed


def readings_of(version: PolicyVersion) -> dict[str, str]:
    """The reading that a version selects for each entry of its register, by id."""
    return {code: entry.selected for code, entry in law_of(version).interpretations.items()}


def _audit(actor: Actor, action: str, version: PolicyVersion, at: datetime) -> None:
    record(actor=actor, at=at, action=action, subject_kind="policy-version", subject_id=version.code, clause="R-P")
