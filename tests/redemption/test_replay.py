"""Old decisions replay to the same answer under their own version; a changed one is named (I-14)."""

import pytest
from click.testing import CliRunner

from creditbank.cli.replay import replay
from creditbank.redemption.models import Redemption
from creditbank.redemption.replay import first_difference, replay_decisions
from creditbank.rulebook.publishing import Choice
from tests.redemption.stage import apply_as_guardian, set_stage
from tests.redemption.versions import AFTER, publish

pytestmark = pytest.mark.django_db


def test_what_was_decided_is_decided_so_again_whatever_came_since() -> None:
    stage = set_stage()
    redemption = apply_as_guardian(stage)
    publish(stage, Choice("I-1", "threshold"))
    assert AFTER
    (found,) = replay_decisions()
    assert (found.number, found.difference, found.skipped) == (redemption.number, "", "")
    assert CliRunner().invoke(replay, [], standalone_mode=False).return_value == 0


def test_the_first_difference_is_printed_and_the_exit_status_is_1() -> None:
    redemption = apply_as_guardian(set_stage())
    Redemption.objects.filter(pk=redemption.pk).update(decision={**redemption.decision, "credits": "1.00"})
    done = CliRunner().invoke(replay, [], standalone_mode=False)
    assert done.return_value == 1
    assert "decision.credits" in done.output


def test_a_difference_has_a_place() -> None:
    assert first_difference({"a": [1, 2]}, {"a": [1, 3]}) == "decision.a.1: 2 → 3"
    assert first_difference({"a": 1}, {"a": 1}) == ""
