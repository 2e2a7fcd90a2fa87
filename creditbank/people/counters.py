"""Counters of member institutions: whether somebody serves there is known one floor above, and asked by name.

The setting ``COUNTER_STAFF`` names a function of an actor and an institution's code, ``COUNTER_OPEN`` one of a code.
"""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from creditbank.audit.actor import Actor
from creditbank.errors import InvalidInput, NotAllowed

CounterCheck = Callable[[Actor, str], bool]
OpenCheck = Callable[[str], bool]


def require_counter(actor: Actor, institution_code: str) -> int:
    """The actor's person id, if she serves over this institution's counter today; else NotAllowed."""
    if actor.person_id is None or not serves_at(actor, institution_code):
        raise NotAllowed("只有该单位柜台的工作人员可以办理这一项。", code="not-counter", clause="M-10")
    return actor.person_id


def serves_at(actor: Actor, institution_code: str) -> bool:
    """Whether the actor serves over this institution's counter today."""
    return bool(institution_code) and _check()(actor, institution_code)


def require_counter_choice(institution_code: str) -> None:
    """InvalidInput when an applicant names an institution whose counter does not serve; none named is a choice, too."""
    if institution_code and not _open_check()(institution_code):
        raise InvalidInput("请从名单里选择一个成员单位。", code="counter-unknown", field="originals_at")


@cache
def _open_check() -> OpenCheck:
    check: OpenCheck = import_string(settings.COUNTER_OPEN)
    return check


@cache
def _check() -> CounterCheck:
    check: CounterCheck = import_string(settings.COUNTER_STAFF)
    return check
