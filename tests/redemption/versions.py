"""Publishes a version as the office does: drafted by one person, announced by another, in force after its notice."""

from datetime import date, datetime, timedelta

from creditbank.clock import today
from creditbank.policy.text import Text
from creditbank.rulebook.models import PolicyVersion
from creditbank.rulebook.publishing import Choice, announce_version, draft_version, law_with
from creditbank.rulebook.reading import version_on
from tests.cast import AT
from tests.redemption.stage import Stage12

NOTICE = timedelta(days=30)
AFTER = AT + NOTICE
CODE = "2026-04-01"


def publish(stage: Stage12, *choices: Choice, at: datetime = AT, notice: timedelta = NOTICE) -> PolicyVersion:
    """A version with these readings, announced at ``at`` and in force when its notice has run."""
    in_force_on: date = today(at) + notice
    law = law_with(
        version_on(today(at)),
        choices,
        code=in_force_on.isoformat(),
        title=Text("示例修订", "Sample revision"),
        in_force_on=in_force_on,
    )
    draft = draft_version(actor=stage.cast.reviewer, law=law, at=at)
    return announce_version(actor=stage.decider, version=draft, at=at)
